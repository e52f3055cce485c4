//! The figures as a table and as JSON.

use serde_json::{Value, json};

use crate::alone::Alone;
use crate::work::Work;

/// The figures of one work, a side a list; less is better.
pub(crate) struct Row {
    name: &'static str,
    unit: &'static str,
    scale: f64,
    bar: Option<f64>,
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

pub(crate) fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_by(f64::total_cmp);
    match (sorted.get(sorted.len() / 2), sorted.len() % 2) {
        (None, _) => f64::NAN,
        (Some(middle), 1) => *middle,
        (Some(upper), _) => f64::midpoint(*upper, sorted[sorted.len() / 2 - 1]),
    }
}

/// The tables, with the machine and the versions under them.
pub(crate) fn markdown(rows: &[Row], alone: &[Alone], versions: &str) -> String {
    let mut text = String::from(
        "| work | CPython | socklab | plain Rust | CPython / socklab | bar | |\n\
         |---|---:|---:|---:|---:|---:|---|\n",
    );
    for row in rows {
        let plain = match row.plain.as_slice() {
            [] => String::new(),
            figures => format!("{:.2}", median(figures.iter().copied())),
        };
        let bar = row.bar.map_or(String::new(), |bar| format!("{bar:.2}"));
        let met = row.bar.is_none_or(|bar| row.ratio() >= bar);
        let met = if met { "" } else { "missed" };
        text.push_str(&format!(
            "| {}, {} | {:.2} | {:.2} | {plain} | {:.2} | {bar} | {met} |\n",
            row.name,
            row.unit,
            median(row.python.iter().copied()),
            median(row.socklab.iter().copied()),
            row.ratio()
        ));
    }
    text.push_str("\n| socklab alone | median | most | at most | |\n|---|---:|---:|---:|---|\n");
    for row in alone {
        let middle = median(row.figures.iter().copied());
        let most = row.figures.last().copied().unwrap_or(f64::NAN);
        let bound = row.most.map_or(String::new(), |most| format!("{most:.1}"));
        let met = row.most.is_none_or(|bound| middle <= bound);
        let met = if met { "" } else { "missed" };
        text.push_str(&format!(
            "| {}, {} | {middle:.2} | {most:.2} | {bound} | {met} |\n",
            row.name, row.unit
        ));
    }
    text.push_str(&format!("\n{versions}\n"));
    text
}

/// Every round's figures.
pub(crate) fn json(rows: &[Row], alone: &[Alone]) -> String {
    let beside = rows.iter().map(|row| {
        json!({
            "work": row.name,
            "unit": row.unit,
            "ratio": row.ratio(),
            "bar": row.bar,
            "python": row.python,
            "socklab": row.socklab,
            "plain": row.plain,
        })
    });
    let alone = alone.iter().map(|row| {
        json!({
            "work": row.name,
            "unit": row.unit,
            "at most": row.most,
            "socklab": row.figures,
        })
    });
    let rows: Vec<Value> = beside.chain(alone).collect();
    let mut text = format!("{:#}", Value::from(rows));
    text.push('\n');
    text
}
