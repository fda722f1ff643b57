//! Licence expressions: names joined by OR, AND, WITH and brackets; the slash
//! of old manifests means OR.

/// Whether a user who accepts only `allowed` may use something under `expression`. `None` where
/// the expression cannot be read.
pub fn permits(expression: &str, allowed: &[&str]) -> Option<bool> {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser {
        words: &words,
        allowed,
    };
    let verdict = parser.any()?;
    parser.words.is_empty().then_some(verdict)
}

struct Parser<'a> {
    words: &'a [&'a str],
    allowed: &'a [&'a str],
}

impl Parser<'_> {
    fn any(&mut self) -> Option<bool> {
        let mut verdict = self.all()?;
        while self.take("OR") {
            verdict |= self.all()?;
        }
        Some(verdict)
    }

    fn all(&mut self) -> Option<bool> {
        let mut verdict = self.one()?;
        while self.take("AND") {
            verdict &= self.one()?;
        }
        Some(verdict)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let verdict = self.any()?;
            return self.take(")").then_some(verdict);
        }
        let (first, rest) = self.words.split_first()?;
        if matches!(*first, "OR" | "AND" | "WITH" | ")") {
            return None;
        }
        self.words = rest;
        if self.take("WITH") {
            let (exception, rest) = self.words.split_first()?;
            self.words = rest;
            let whole = format!("{first} WITH {exception}");
            // An exception only ever adds permissions.
            return Some(self.allowed.contains(&whole.as_str()) || self.allowed.contains(first));
        }
        Some(self.allowed.contains(first))
    }

    fn take(&mut self, word: &str) -> bool {
        match self.words.split_first() {
            Some((first, rest)) if *first == word => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }
}

#[test]
fn and_binds_closer_than_or_and_brackets_closer_than_both() {
    let ours = ["MIT", "Apache-2.0"];
    assert_eq!(permits("GPL-3.0 AND GPL-2.0 OR MIT", &ours), Some(true));
    assert_eq!(permits("GPL-3.0 AND (GPL-2.0 OR MIT)", &ours), Some(false));
    assert_eq!(
        permits("(MIT OR GPL-3.0) AND Apache-2.0", &ours),
        Some(true)
    );
    assert_eq!(permits("MIT/GPL-3.0", &ours), Some(true));
    assert_eq!(permits("Apache-2.0 WITH LLVM-exception", &ours), Some(true));
    assert_eq!(permits("GPL-3.0 WITH LLVM-exception", &ours), Some(false));
}

#[test]
fn what_is_no_expression_is_not_taken_for_one() {
    for broken in ["", "MIT OR", "(MIT", "MIT)", "OR MIT", "MIT Apache-2.0"] {
        assert_eq!(permits(broken, &["MIT"]), None, "{broken}");
    }
}
