//! A page of text: headings, facts, tables and figures as people read them.

use std::io::{IsTerminal, stdout};

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use tierra::Decimal;
use tierra::decimal::round_half_up;

/// By how much tables stand to the right of running text.
const INDENT: usize = 2;
/// Fills the line between two rows where that line is no part of the page. No text holds it: [`shown`] drops it.
const ROW_END: char = '\u{1F}';

/// Where the report is printed: how wide, and with which lines.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Columns of text.
    pub width: u16,
    /// Whether lines are drawn with box characters; otherwise with ASCII.
    pub box_drawing: bool,
}

impl Layout {
    /// For files, pipes and tests.
    pub const PLAIN: Self = Self { width: 100, box_drawing: false };

    /// The terminal's, and [`Layout::PLAIN`] where standard output is none.
    #[must_use]
    pub fn of_stdout() -> Self {
        if !stdout().is_terminal() {
            return Self::PLAIN;
        }
        // Wider lines are hard to follow, and in narrower ones words break.
        let width = Table::new().width().unwrap_or(Self::PLAIN.width).clamp(80, 140);
        Self { width, box_drawing: true }
    }
}

/// One column of a table.
#[derive(Clone, Copy)]
pub(crate) enum Column {
    /// Texts, to the left.
    Text(&'static str),
    /// Texts, to the left, whose lines are not broken where the page is wide enough.
    Whole(&'static str),
    /// Numbers, to the right.
    Number(&'static str),
}

/// The text that is written.
pub(crate) struct Page {
    text: String,
    layout: Layout,
}

impl Page {
    pub(crate) fn new(layout: &Layout) -> Self {
        Self { text: String::new(), layout: *layout }
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// A question and the files that answer it.
    pub(crate) fn heading(&mut self, question: &str, files: &str) {
        let rule = if self.layout.box_drawing { "═" } else { "=" }.repeat(self.layout.width.into());
        let gap = usize::from(self.layout.width).saturating_sub(question.chars().count());
        let start = if self.text.is_empty() { "" } else { "\n\n" };
        self.text.push_str(start);
        if files.chars().count() < gap {
            self.push_line(0, &format!("{question}{files:>gap$}"));
        } else {
            self.paragraph(question);
            self.paragraph(files);
        }
        self.push_line(0, &rule);
    }

    /// The title of what follows.
    pub(crate) fn title(&mut self, title: &str) {
        self.text.push('\n');
        self.paragraph(title);
    }

    /// Running text, in lines that fit.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.push_wrapped(text, 0);
    }

    /// Figures, each with what it counts.
    pub(crate) fn facts(&mut self, facts: &[(String, String)]) {
        let mut table = self.new_table(TableStyle::new());
        for (figure, meaning) in facts {
            table.add_row([Cell::new(figure).set_alignment(CellAlignment::Right), Cell::new(shown(meaning))]);
        }
        self.push(table, INDENT);
    }

    /// A table whose rows are one line each, where they fit.
    pub(crate) fn table(&mut self, columns: &[Column], rows: impl IntoIterator<Item = Vec<String>>) {
        let style = TableStyle::new().header_separator(self.rule());
        self.push_rows(style, columns, rows);
    }

    /// A table in sections, parted by blank lines, each with its title above its rows where it has one.
    pub(crate) fn sections(
        &mut self,
        columns: &[Column],
        sections: impl IntoIterator<Item = (String, Vec<Vec<String>>)>,
    ) {
        // One table, so that all sections have the same widths. A mark between its rows tells where a title belongs.
        let mark = LineStyle::none().fill(ROW_END).junction(ROW_END);
        let mut titles = Vec::new();
        let mut rows = Vec::new();
        for (title, section) in sections {
            titles.push((rows.len(), title));
            rows.extend(section);
        }
        let style = TableStyle::new().header_separator(self.rule()).row_separator(mark);
        let table = self.new_rows(style, columns, rows);
        let mut titles = titles.into_iter().peekable();
        let mut row = 0;
        let mut lines = self.lines(table).into_iter();
        // The header and its rule.
        lines.by_ref().take(2).for_each(|line| self.push_line(INDENT, &line));
        for line in std::iter::once(ROW_END.to_string()).chain(lines) {
            if !line.starts_with(ROW_END) {
                self.push_line(INDENT, &line);
                continue;
            }
            if let Some((_, title)) = titles.next_if(|(at, _)| *at == row) {
                self.text.push_str(if row == 0 { "" } else { "\n" });
                if !title.is_empty() {
                    self.push_wrapped(&format!("[{title}]"), INDENT);
                }
            }
            row += 1;
        }
    }

    fn rule(&self) -> LineStyle {
        let stroke = self.stroke();
        LineStyle::none().fill(stroke).junction(stroke)
    }

    fn stroke(&self) -> char {
        if self.layout.box_drawing { '─' } else { '-' }
    }

    fn push_rows(&mut self, style: TableStyle, columns: &[Column], rows: impl IntoIterator<Item = Vec<String>>) {
        let table = self.new_rows(style, columns, rows);
        self.push(table, INDENT);
    }

    fn new_rows(&self, style: TableStyle, columns: &[Column], rows: impl IntoIterator<Item = Vec<String>>) -> Table {
        let mut table = self.new_table(style);
        table.set_header(columns.iter().map(|column| match column {
            Column::Text(title) | Column::Whole(title) => Cell::new(title),
            Column::Number(title) => Cell::new(title).set_alignment(CellAlignment::Right),
        }));
        for row in rows {
            table.add_row(columns.iter().zip(row).map(|(column, text)| match column {
                Column::Text(_) | Column::Whole(_) => Cell::new(shown(&text)),
                Column::Number(_) => Cell::new(text).set_alignment(CellAlignment::Right),
            }));
        }
        for (column, settings) in columns.iter().zip(table.column_iter_mut()) {
            if matches!(column, Column::Whole(_)) && self.layout.width >= Layout::PLAIN.width {
                settings.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        table
    }

    fn new_table(&self, style: TableStyle) -> Table {
        let mut table = Table::new();
        let width = self.layout.width.saturating_sub(2);
        table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        table
    }

    fn push(&mut self, table: Table, indent: usize) {
        for line in self.lines(table) {
            self.push_line(indent, &line);
        }
    }

    fn push_wrapped(&mut self, text: &str, indent: usize) {
        let mut table = self.new_table(TableStyle::new());
        table.add_row([shown(text)]);
        self.push(table, indent);
    }

    fn lines(&self, mut table: Table) -> Vec<String> {
        let last = table.column_count().saturating_sub(1);
        for (place, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, if place == last { 0 } else { 2 }));
        }
        table.lines().collect()
    }

    fn push_line(&mut self, indent: usize, line: &str) {
        let line = format!("{:indent$}{line}", "");
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

/// A text of the user's without characters that would move the cursor or turn the writing direction.
fn shown(text: &str) -> String {
    let unseen = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if unseen(c) { '\u{FFFD}' } else { c }).collect()
}

/// A count with separators: 4,012.
pub(crate) fn count(number: usize) -> String {
    grouped(&number.to_string())
}

/// A count with its noun: `1 row`, `2 rows`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// An exact figure rounded to `places` decimal places: 12,345.68.
pub(crate) fn figure(value: Decimal, places: u32) -> String {
    let rounded = round_half_up(value, places);
    let rounded = if rounded.is_zero() { Decimal::ZERO } else { rounded };
    grouped(&format!("{rounded:.*}", usize::try_from(places).unwrap_or_default()))
}

/// A sum of money: with its cents, and with further decimal places where it has them.
pub(crate) fn money(value: Decimal) -> String {
    figure(value, value.normalize().scale().max(2))
}

/// A binary figure rounded to `places` decimal places.
pub(crate) fn float(value: f64, places: usize) -> String {
    grouped(&format!("{value:.places$}"))
}

fn grouped(digits: &str) -> String {
    let (sign, unsigned) = digits.strip_prefix('-').map_or(("", digits), |unsigned| ("-", unsigned));
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}
