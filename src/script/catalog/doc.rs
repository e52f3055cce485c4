//! The documentation of a row in its parts: prose, examples, manual pages.

use super::Function;

impl Function {
    /// What stands before the example.
    pub fn prose(&self) -> &'static str {
        self.doc.split("```").next().unwrap_or_default()
    }

    /// The examples: what stands in `rhai` fences, one text each.
    pub fn examples(&self) -> Vec<String> {
        let fenced = self.doc.split("```").skip(1).step_by(2);
        let scripts = fenced.filter_map(|fence| fence.strip_prefix("rhai\n"));
        // The comment leaves a blank before each line.
        let plain = |line: &str| format!("{}\n", line.strip_prefix(' ').unwrap_or(line));
        scripts
            .map(|script| script.trim_end_matches(' ').lines().map(plain).collect())
            .collect()
    }

    /// `man 2 accept` of "See accept(2)".
    pub fn manual_pages(&self) -> Vec<String> {
        let word = |c: char| !(c.is_ascii_alphanumeric() || "_()".contains(c));
        let page = |word: &str| {
            let (name, section) = word.strip_suffix(')')?.split_once('(')?;
            let number =
                section.len() == 1 && section.bytes().all(|byte| (b'1'..=b'9').contains(&byte));
            (number && !name.is_empty()).then(|| format!("man {section} {name}"))
        };
        let lines = self.prose().lines();
        lines
            .flat_map(|line| line.split(word))
            .filter_map(page)
            .collect()
    }
}
