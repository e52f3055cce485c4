//! The figures as a table and as JSON.

use crate::work::Work;

/// The figures of one work, a side a list; less is better.
pub(crate) struct Row {
    name: &'static str,
    unit: &'static str,
    scale: f64,
    bar: f64,
    python: Vec<f64>,
    socklab: Vec<f64>,
    plain: Vec<f64>,
}

impl Row {
    pub(crate) fn of(work: &Work) -> Self {
        Self {
            name: work.name,
            unit: work.unit,
            scale: work.scale,
            bar: work.bar,
            python: Vec::new(),
            socklab: Vec::new(),
            plain: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, python: f64, socklab: f64, plain: Option<f64>) {
        self.python.push(python * self.scale);
        self.socklab.push(socklab * self.scale);
        self.plain.extend(plain.map(|figure| figure * self.scale));
    }

    /// How many times CPython's figure is ours, the middle of the rounds.
    fn ratio(&self) -> f64 {
        let rounds = self.python.iter().zip(&self.socklab);
        median(rounds.map(|(python, socklab)| python / socklab))
    }
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_by(f64::total_cmp);
    match (sorted.get(sorted.len() / 2), sorted.len() % 2) {
        (None, _) => f64::NAN,
        (Some(middle), 1) => *middle,
        (Some(upper), _) => f64::midpoint(*upper, sorted[sorted.len() / 2 - 1]),
    }
}

/// The table, with the machine and the versions under it.
pub(crate) fn markdown(rows: &[Row], versions: &str) -> String {
    let mut text = String::from(
        "| work | CPython | socklab | plain Rust | CPython / socklab | bar | |\n\
         |---|---:|---:|---:|---:|---:|---|\n",
    );
    for row in rows {
        let plain = match row.plain.as_slice() {
            [] => String::new(),
            figures => format!("{:.2}", median(figures.iter().copied())),
        };
        let met = if row.ratio() >= row.bar { "" } else { "missed" };
        text.push_str(&format!(
            "| {}, {} | {:.2} | {:.2} | {plain} | {:.2} | {:.2} | {met} |\n",
            row.name,
            row.unit,
            median(row.python.iter().copied()),
            median(row.socklab.iter().copied()),
            row.ratio(),
            row.bar
        ));
    }
    text.push_str(&format!("\n{versions}\n"));
    text
}

/// Every round's figures.
pub(crate) fn json(rows: &[Row]) -> String {
    let list = |figures: &[f64]| {
        let texts: Vec<String> = figures
            .iter()
            .map(|figure| format!("{figure:.4}"))
            .collect();
        format!("[{}]", texts.join(", "))
    };
    let rows: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "  {{\"work\": \"{}\", \"unit\": \"{}\", \"ratio\": {:.3}, \"bar\": {}, \
                 \"python\": {}, \"socklab\": {}, \"plain\": {}}}",
                row.name,
                row.unit,
                row.ratio(),
                row.bar,
                list(&row.python),
                list(&row.socklab),
                list(&row.plain)
            )
        })
        .collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}
