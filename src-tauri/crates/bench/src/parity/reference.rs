use std::collections::BTreeMap;
use std::path::Path;

/// GoldenCheetah's figures of one file by its symbol of the metric; zeros are left out.
pub type Figures = BTreeMap<String, f64>;

/// What GoldenCheetah 3.5 computed from the corpus.
pub struct Reference {
    /// By file.
    pub metrics: BTreeMap<String, Figures>,
    /// By file: seconds and the best mean power over them, every second.
    pub power: BTreeMap<String, Vec<(u32, f64)>>,
    /// By day: load, fitness, fatigue, form.
    pub pmc: Vec<[f64; 4]>,
}

impl Reference {
    /// Reads the tables.
    ///
    /// # Errors
    /// Names the table that is missing or the line that is no row of it.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut metrics: BTreeMap<String, Figures> = BTreeMap::new();
        for row in rows(folder, "goldencheetah_metrics.csv", 4)? {
            let value = number(&row, 3)?;
            let figures = metrics.entry(row[0].clone()).or_default();
            figures.insert(row[2].clone(), value);
        }
        let mut power: BTreeMap<String, Vec<(u32, f64)>> = BTreeMap::new();
        for row in rows(folder, "goldencheetah_meanmax_watts_every_second.csv", 3)? {
            let point = (number(&row, 1)? as u32, number(&row, 2)?);
            power.entry(row[0].clone()).or_default().push(point);
        }
        let mut pmc = Vec::new();
        for row in rows(folder, "goldencheetah_pmc.csv", 7)? {
            let at = |column| number(&row, column);
            pmc.push([at(3)?, at(4)?, at(5)?, at(6)?]);
        }
        Ok(Self {
            metrics,
            power,
            pmc,
        })
    }
}

/// Rows without the header; the names in these tables hold neither commas nor quotes.
fn rows(folder: &Path, table: &str, least: usize) -> Result<Vec<Vec<String>>, String> {
    let path = folder.join("reference").join(table);
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let split = |(i, line): (usize, &str)| {
        let row: Vec<String> = line.split(',').map(str::to_owned).collect();
        if row.len() < least {
            return Err(format!("{table}: line {} has too few fields", i + 1));
        }
        Ok(row)
    };
    text.lines().enumerate().skip(1).map(split).collect()
}

fn number(row: &[String], column: usize) -> Result<f64, String> {
    let field = &row[column];
    field
        .parse()
        .map_err(|_| format!("'{field}' in the row of {} is no number", row[0]))
}
