use super::Findings;
use super::compare::{Pair, Verdict};
use super::measures::Limit;

const FILE: usize = 42;
const WIDTH: usize = 112;

/// One figure with all its pairs.
pub struct Group {
    pub name: &'static str,
    pub symbol: &'static str,
    pub limit: String,
    pub pairs: Vec<Pair>,
}

impl Group {
    fn count(&self, of: impl Fn(&Verdict) -> bool) -> usize {
        self.pairs.iter().filter(|p| of(&p.verdict)).count()
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Share(share) => write!(f, "{} %", 100.0 * share),
            Self::Within(most) => write!(f, "{most}"),
        }
    }
}

/// A value in five digits or so.
fn number(value: Option<f64>) -> String {
    match value {
        None => "none".to_owned(),
        Some(v) if v.abs() >= 1000.0 => format!("{v:.1}"),
        Some(v) if v.abs() >= 100.0 => format!("{v:.2}"),
        Some(v) => format!("{v:.3}"),
    }
}

fn short(name: &str, most: usize) -> String {
    match name.char_indices().nth(most) {
        None => name.to_owned(),
        Some(_) => name.chars().take(most - 1).chain(['…']).collect(),
    }
}

/// Lines of at most [`WIDTH`] characters, indented.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = &mut lines[0];
        if line.chars().count() + word.chars().count() + 1 > WIDTH - 2 {
            lines.insert(0, String::new());
        }
        let line = &mut lines[0];
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.reverse();
    lines.iter().map(|line| format!("  {line}\n")).collect()
}

/// The table of figures.
fn table(groups: &[Group]) {
    const WORST: usize = 30;
    println!(
        "{:<21} {:>5} {:>5} {:>6} {:>5} {:>9}  {:<9} {:<WORST$} {:>8} {:>8}",
        "Figure",
        "limit",
        "files",
        "within",
        "share",
        "explained",
        "verdict",
        "farthest",
        "ours",
        "theirs"
    );
    for group in groups {
        let explained = group.count(|v| matches!(v, Verdict::ByHabit(..) | Verdict::Stated(_)));
        let within = group.count(|v| *v == Verdict::Within);
        let all = group.pairs.len();
        let verdict = match (all - within, all - within - explained) {
            (0, _) => "agrees",
            (_, 0) => "explained",
            _ => "UNKNOWN",
        };
        let worst = group.pairs.iter().max_by(|a, b| a.used.total_cmp(&b.used));
        let (file, ours, theirs) = worst.map_or_else(Default::default, |p| {
            (
                short(&p.file, WORST),
                number(p.ours),
                number(Some(p.theirs)),
            )
        });
        let share = 100 * within / all.max(1);
        println!(
            "{:<21} {:>5} {all:>5} {within:>6} {share:>3} % {explained:>9}  {verdict:<9} {file:<WORST$} {ours:>8} {theirs:>8}",
            group.name, group.limit,
        );
    }
}

fn line(mark: &str, pair: &Pair, by_habit: Option<f64>) {
    let by_habit = by_habit.map_or_else(String::new, |v| number(Some(v)));
    println!(
        "  {mark} {:<FILE$} {:>10} {:>10} {:>10}",
        short(&pair.file, FILE),
        number(pair.ours),
        number(Some(pair.theirs)),
        by_habit
    );
}

/// Every difference under its reason.
fn differences(group: &Group) {
    let mut reasons: Vec<&str> = Vec::new();
    for pair in &group.pairs {
        if let Verdict::ByHabit(why, _) | Verdict::Stated(why) = pair.verdict
            && !reasons.contains(&why)
        {
            reasons.push(why);
        }
    }
    let open = group.count(|v| matches!(v, Verdict::Open(_)));
    if reasons.is_empty() && open == 0 {
        return;
    }
    println!("\n{}, beyond {}", group.name, group.limit);
    for why in reasons {
        print!("{}", wrapped(why));
        for pair in &group.pairs {
            match pair.verdict {
                Verdict::ByHabit(reason, value) if reason == why => line(" ", pair, Some(value)),
                Verdict::Stated(reason) if reason == why => line("·", pair, None),
                _ => {}
            }
        }
    }
    if open > 0 {
        println!("  NO REASON IS KNOWN:");
    }
    for pair in &group.pairs {
        if let Verdict::Open(value) = pair.verdict {
            line("!", pair, value);
        }
    }
}

/// Prints everything.
pub fn print(found: &Findings) {
    println!(
        "Paceline beside GoldenCheetah 3.5: {} files of the corpus\n",
        found.files
    );
    table(&found.groups);
    println!("\nNot compared:");
    for (file, why) in &found.left_out {
        println!("  {:<FILE$} {why}", short(file, FILE));
    }
    println!("\nEvery difference beyond its limit, by reason; · was looked into by hand.");
    println!(
        "    {:<FILE$} {:>10} {:>10} {:>10}",
        "", "ours", "theirs", "by habit"
    );
    for group in &found.groups {
        differences(group);
    }
    println!(
        "\nPublished examples{:<24} {:>9} {:>9}  source",
        "", "ours", "published"
    );
    for example in &found.examples {
        let mark = if example.holds() { " " } else { "!" };
        println!(
            "{mark} {:<40} {:>9} {:>9}  {}",
            example.what,
            number(example.ours),
            number(Some(example.published)),
            example.source
        );
    }
    for reason in &found.stale {
        println!("\n! The reason for {reason} explains nothing any more: take it out.");
    }
}
