//! Rows of text in aligned columns.

use unicode_width::UnicodeWidthStr;

use crate::term::screen::{Screen, Style};

/// Shows rows below a heading, two blanks between the columns; nothing follows the last one.
pub(crate) fn show<const N: usize>(screen: Screen, heading: [&str; N], rows: &[[String; N]]) {
    let heading = heading.map(String::from);
    let width = |column: usize| {
        let cells = rows.iter().chain([&heading]);
        cells.map(|row| row[column].width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        line.trim_end().to_string()
    };
    if heading.iter().any(|cell| !cell.is_empty()) {
        screen.raw(&screen.paint(Style::Dim, &line(&heading)));
    }
    for row in rows {
        screen.line(&line(row));
    }
}
