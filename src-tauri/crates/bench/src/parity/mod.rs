//! Parity: our figures of every file of the corpus beside those of
//! GoldenCheetah 3.5, and published worked examples computed again.
//!
//! A difference beyond its limit counts as explained only if ours, computed by
//! the peer's habit, comes to the peer's figure, or if somebody looked into
//! that figure of that file; anything else fails. `layout` and `habits` know the
//! habits, `measures` what is compared, `reasons` what was looked into. Start at
//! [`find`].

mod activity;
mod compare;
mod curves;
mod examples;
mod habits;
mod layout;
mod measures;
mod reasons;
mod reference;
mod report;

use activity::Activity;
use compare::Verdict;
use reference::Reference;
use report::Group;
use std::path::{Path, PathBuf};

/// Left out of comparisons by the corpus' own word.
const SPIKES: (&str, &str) = (
    "gc_20130717_143733.fit",
    "power spikes to 21,733 W, which ours cuts to 3,000 W",
);

/// What the comparison came to.
pub struct Findings {
    files: usize,
    groups: Vec<Group>,
    /// Files of the reference that are not compared, and why.
    left_out: Vec<(String, String)>,
    examples: Vec<examples::Example>,
    /// Reasons that explain nothing any more.
    stale: Vec<String>,
}

impl Findings {
    /// What must not be: differences without a reason, examples that do not hold, stale reasons.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for group in &self.groups {
            let open = group
                .pairs
                .iter()
                .filter(|p| matches!(p.verdict, Verdict::Open(_)));
            let said = |p: &compare::Pair| {
                let ours = p.ours.map_or("none".to_owned(), |v| v.to_string());
                format!("{} of {}: {ours}, theirs {}", group.name, p.file, p.theirs)
            };
            faults.extend(open.map(said));
        }
        let wrong = self.examples.iter().filter(|e| !e.holds());
        faults.extend(wrong.map(|e| format!("{}: {:?}, not {}", e.what, e.ours, e.published)));
        faults.extend(self.stale.iter().map(|s| format!("stale reason: {s}")));
        faults
    }
}

/// Compares every file of a corpus.
///
/// # Errors
/// Names the table or file that could not be read.
pub fn find(corpus: &Path) -> Result<Findings, String> {
    let reference = Reference::read(corpus)?;
    let mut groups: Vec<Group> = measures::MEASURES
        .iter()
        .map(|m| Group {
            name: m.name,
            symbol: m.symbol,
            limit: m.limit.to_string(),
            pairs: Vec::new(),
        })
        .collect();
    let mut power = Vec::new();
    let mut left_out = Vec::new();
    let mut files = 0;
    for (file, figures) in &reference.metrics {
        if file == SPIKES.0 {
            left_out.push((file.clone(), SPIKES.1.to_owned()));
            continue;
        }
        let path = corpus.join(file);
        let bytes = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let Ok(decoded) = paceline_formats::decode(file, &bytes) else {
            left_out.push((file.clone(), "of a format that is not read".to_owned()));
            continue;
        };
        let [recording] = decoded.recordings.as_slice() else {
            let count = decoded.recordings.len();
            let why = format!("{count} activities, of which GoldenCheetah makes one");
            left_out.push((file.clone(), why));
            continue;
        };
        files += 1;
        let activity = Activity::new(recording, decoded.format, figures);
        for (measure, group) in measures::MEASURES.iter().zip(&mut groups) {
            if let Some(theirs) = figures.get(measure.symbol) {
                let pair = compare::pair(measure, file, &activity, *theirs);
                group.pairs.push(pair);
            }
        }
        let theirs = reference.power.get(file).map(Vec::as_slice);
        power.extend(theirs.and_then(|theirs| curves::curve(file, &activity, theirs)));
    }
    groups.push(Group {
        name: "Mean-max power, W",
        symbol: "",
        limit: "1".to_owned(),
        pairs: power,
    });
    groups.push(Group {
        name: "CTL, ATL, TSB, days",
        symbol: "",
        limit: "0.1".to_owned(),
        pairs: curves::days(&reference.pmc),
    });
    let used = |symbol: &str, file: &str| {
        let of_symbol = groups.iter().filter(|g| g.symbol == symbol);
        let mut pairs = of_symbol.flat_map(|g| &g.pairs);
        pairs.any(|p| p.file == file && matches!(p.verdict, Verdict::Stated(_)))
    };
    let stale = reasons::stale(used).collect();
    Ok(Findings {
        files,
        groups,
        left_out,
        examples: examples::examples(),
        stale,
    })
}

/// The folder named, or the corpus beside the workspace; says so where there is none.
fn corpus(folder: Option<&str>) -> Option<PathBuf> {
    let folder = folder.map_or_else(crate::peers::corpus, PathBuf::from);
    if folder.join("reference").is_dir() {
        return Some(folder);
    }
    println!(
        "skipped: there is no corpus with references in {}; name its folder",
        folder.display()
    );
    None
}

/// Prints the tables; `false` if a difference has no reason.
///
/// # Errors
/// Those of [`find`].
pub fn run(folder: Option<&str>) -> Result<bool, String> {
    let Some(corpus) = corpus(folder) else {
        return Ok(true);
    };
    let found = find(&corpus)?;
    report::print(&found);
    let faults = found.faults();
    if !faults.is_empty() {
        println!("\n{} without a reason:", faults.len());
    }
    for fault in &faults {
        println!("  {fault}");
    }
    Ok(faults.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_from_goldencheetah_has_a_reason() {
        let Some(corpus) = corpus(None) else {
            return;
        };
        let found = find(&corpus).expect("the corpus");
        assert!(found.files > 50, "{} files", found.files);
        let faults = found.faults();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn published_examples_hold() {
        for example in examples::examples() {
            let Example {
                what,
                ours,
                published,
                ..
            } = &example;
            assert!(example.holds(), "{what}: {ours:?}, not {published}");
        }
    }

    use examples::Example;
}
