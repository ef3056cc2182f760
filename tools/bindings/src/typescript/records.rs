//! The interfaces of the records and the unions of the names.

use std::collections::{BTreeMap, BTreeSet};

use tierra::ffi::CallShape;
use tierra::ffi::describe::{FieldShape, NamesShape, RecordShape, Shape};

use super::overrides::{
    ALSO_IN_LEDGER, BY_HAND, MORE_GIVEN, NULL_AS_A_WHOLE, UNIONS, VALUES, renamed, type_of as own_type,
};
use super::text::{WIDTH, comment, said};
use super::types::{Place, Way, default_way, has_number, is_generic, type_of, way_of};
use crate::catalog::Catalog;
use crate::docs::Doc;
use crate::words::{in_one_line, lower, names_in};

/// The rooms in the order in which a reader asks.
const ROOMS: [(&str, &str); 6] = [
    ("", "Shared"),
    ("charger", "Which device is this?"),
    ("overlap", "Has someone already claimed it?"),
    ("emission", "What did it emit?"),
    ("returns", "What did it return?"),
    ("webhook", "Is this webhook genuine?"),
];

/// What calls that need no ledger speak of; all else is the ledger's.
pub struct Shared<'c> {
    catalog: &'c Catalog,
    names: BTreeSet<&'static str>,
}

impl<'c> Shared<'c> {
    /// Finds what those calls take and give.
    pub fn of(catalog: &'c Catalog) -> Self {
        let mut shared = Self { catalog, names: BTreeSet::new() };
        for call in catalog.pure.iter().chain(&catalog.factors) {
            shared.note_call(call);
        }
        // What no call speaks of, but an import or a limiter, is for all unless it stands in the ledger's room.
        let mut ledger = Self { catalog, names: BTreeSet::new() };
        catalog.ledger.iter().for_each(|call| ledger.note_call(call));
        let known = catalog.records.keys().chain(catalog.names.keys());
        let other = known.filter(|name| !ledger.has(name) && catalog.room_of(name) != "ledger");
        shared.names.extend(other.copied());
        shared
    }

    fn note_call(&mut self, call: &CallShape) {
        self.note(&call.answer);
        call.arguments.iter().for_each(|argument| self.note(&argument.field.shape));
    }

    fn note(&mut self, shape: &Shape) {
        match shape {
            Shape::Record(record) if self.names.insert(record.name) => {
                record.fields.iter().for_each(|field| self.note(&field.shape));
            }
            Shape::Names(names) => {
                self.names.insert(names.name);
            }
            Shape::List(inner) | Shape::Optional(inner) | Shape::Map(inner) => self.note(inner),
            Shape::OneOf(shapes) => shapes.iter().for_each(|shape| self.note(shape)),
            _ => {}
        }
    }

    /// Whether a type is for all.
    fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The declarations for all, room by room.
    pub fn declarations(&self) -> String {
        let mut rooms: BTreeMap<usize, String> = BTreeMap::new();
        let place = |name: &str| {
            let room = self.catalog.room_of(name);
            ROOMS.iter().position(|(known, _)| *known == room).unwrap_or_default()
        };
        let writer = Writer { catalog: self.catalog, place: Place::Common };
        for names in self.catalog.names.values().filter(|names| self.has(names.name)) {
            rooms.entry(place(names.name)).or_default().push_str(&writer.union(names));
        }
        for record in self.catalog.records.values().filter(|record| self.has(record.name)) {
            rooms.entry(place(record.name)).or_default().push_str(&writer.record(record));
        }
        let section = |(room, text): (&usize, &String)| {
            let title = ROOMS.get(*room).map(|(_, title)| *title).unwrap_or_default();
            format!("// --- {title}\n\n{text}")
        };
        rooms.iter().map(section).collect()
    }

    /// The declarations of the ledger's namespace.
    pub fn of_ledger(&self) -> String {
        let writer = Writer { catalog: self.catalog, place: Place::Ledger };
        let mut out = String::new();
        for name in ALSO_IN_LEDGER.iter().filter(|name| self.has(name)) {
            out.push_str(&format!("    type {name} = records.{name};\n\n"));
        }
        for names in self.catalog.names.values().filter(|names| !self.has(names.name)) {
            out.push_str(&writer.union(names));
        }
        for record in self.catalog.records.values().filter(|record| !self.has(record.name)) {
            out.push_str(&writer.record(record));
        }
        out
    }

    /// What the text of a file needs of the types for all.
    pub fn used_in(&self, text: &str) -> Vec<&'static str> {
        let code: String =
            text.lines().filter(|line| !line.trim_start().starts_with(['*', '/'])).collect::<Vec<_>>().join("\n");
        let words = names_in(&code);
        let known = self.names.iter().copied().filter(|name| !BY_HAND.contains(name)).map(renamed);
        known.filter(|name| words.contains(name)).collect()
    }
}

/// Writes declarations for one place.
struct Writer<'c> {
    catalog: &'c Catalog,
    place: Place,
}

impl Writer<'_> {
    fn indent(&self) -> usize {
        match self.place {
            Place::Common => 0,
            Place::Ledger => 4,
        }
    }

    /// `export` where a file has it: in a namespace all is.
    fn export(&self) -> &'static str {
        match self.place {
            Place::Common => "export ",
            Place::Ledger => "",
        }
    }

    fn union(&self, names: &NamesShape) -> String {
        let blank = " ".repeat(self.indent());
        let mut out = comment(&[said(&Doc::of(&names.doc).text, self.catalog, self.place)], self.indent());
        let more = VALUES.iter().filter(|(of, ..)| *of == names.name).map(|(_, text, doc)| (*text, (*doc).to_owned()));
        let mut values: Vec<_> = names.values.iter().cloned().chain(more).collect();
        values.sort_by(
            |(one, _), (other, _)| if names.name == "ErrorCode" { one.cmp(other) } else { std::cmp::Ordering::Equal },
        );
        out.push_str(&format!("{blank}{}type {} =", self.export(), renamed(names.name)));
        for (text, doc) in values {
            out.push('\n');
            out.push_str(&comment(&[said(&doc, self.catalog, self.place)], self.indent() + 2));
            out.push_str(&format!("{blank}  | \"{text}\""));
        }
        out + ";\n\n"
    }

    fn record(&self, record: &RecordShape) -> String {
        if BY_HAND.contains(&record.name) || record.name == MORE_GIVEN.1 {
            return String::new();
        }
        let (blank, name) = (" ".repeat(self.indent()), renamed(record.name));
        let doc = said(&self.catalog.record_doc(record), self.catalog, self.place);
        let mut out = comment(&[doc], self.indent());
        if let Some((_, union)) = UNIONS.iter().find(|(of, _)| *of == record.name) {
            return out + &format!("{blank}{}type {name} = {union};\n\n", self.export());
        }
        let head = format!("{blank}{}interface {name}{}{}", self.export(), generics(record), self.parents(record));
        out.push_str(&format!("{head} {{\n"));
        let more = (record.name == MORE_GIVEN.0).then(|| self.catalog.records.get(MORE_GIVEN.1)).flatten();
        for field in more.into_iter().flat_map(|more| &more.fields).filter(|field| !stands_in_place(field)) {
            out.push_str(&self.field(more.unwrap_or(record), field));
        }
        for field in record.fields.iter().filter(|field| !stands_in_place(field)) {
            out.push_str(&self.field(record, field));
        }
        out + &format!("{blank}}}\n\n")
    }

    /// The records whose fields are among its own.
    fn parents(&self, record: &RecordShape) -> String {
        let way = way_of(record);
        let parents: Vec<_> = record
            .fields
            .iter()
            .filter(|field| stands_in_place(field))
            .map(|field| type_of(&field.shape, way, self.place))
            .collect();
        // What an instant may be given to holds for every call.
        let at = (record.name == "PageRequest").then(|| "At".to_owned());
        let all: Vec<_> = at.into_iter().chain(parents).collect();
        if all.is_empty() { String::new() } else { format!(" extends {}", all.join(", ")) }
    }

    fn field(&self, record: &RecordShape, field: &FieldShape) -> String {
        let way = way_of(record);
        let blank = " ".repeat(self.indent() + 2);
        let doc = said(&self.catalog.field_doc(record, field), self.catalog, self.place);
        let doc = if way == Way::In { with_default(&doc, field) } else { doc };
        let mut out = comment(&[doc], self.indent() + 2);
        let own = own_type(&format!("{}.{}", record.name, field.name));
        let kind = match (&field.shape, &record.argument, own) {
            (_, _, Some(own)) => own.to_owned(),
            // The one list of a page is of what it is a page of.
            (Shape::List(item), Some(argument), _) if is_generic(record) && **item == **argument => "T[]".to_owned(),
            (shape, ..) => type_of(shape, way, self.place),
        };
        let is_null = NULL_AS_A_WHOLE.contains(&record.name) && field.shape != Shape::Boolean;
        let kind = if is_null { format!("{kind} | null") } else { kind };
        let (mark, kind) = optional(field, way, &kind);
        let name = property(field.json);
        out.push_str(&format!("{blank}{name}{mark}: {kind};\n"));
        out
    }
}

/// Whether a field's record stands in its place as a whole.
fn stands_in_place(field: &FieldShape) -> bool {
    field.is_flattened && matches!(field.shape, Shape::Record(_))
}

/// A field's mark and type: what may be left out on the way in may be null, too.
fn optional(field: &FieldShape, way: Way, kind: &str) -> (&'static str, String) {
    let without_null = kind.strip_suffix(" | null").unwrap_or(kind);
    let may_lack = field.is_left_out || field.default.is_some() || matches!(field.shape, Shape::Optional(_));
    match way {
        Way::Out if field.is_left_out => ("?", without_null.to_owned()),
        Way::Out => ("", kind.to_owned()),
        _ if may_lack => ("?", format!("{without_null} | null")),
        _ => ("", kind.to_owned()),
    }
}

/// What is said of a field, and what it is where it is not.
pub fn with_default(doc: &str, field: &FieldShape) -> String {
    let Some(default) = field.default.as_deref().filter(|default| !matches!(*default, "null" | "[]" | "{}" | "false"))
    else {
        return doc.to_owned();
    };
    let default = default.trim_matches('"');
    let default = if default.parse::<f64>().is_ok() { default.to_owned() } else { format!("`{default}`") };
    if doc.is_empty() {
        return format!("{default} where not said.");
    }
    format!("{}; {default} where not said.", doc.trim_end_matches('.'))
}

fn generics(record: &RecordShape) -> String {
    if is_generic(record) {
        return "<T>".to_owned();
    }
    match (has_number(record), default_way(record)) {
        (false, _) => String::new(),
        (true, Way::In) => "<Number = DecimalInput>".to_owned(),
        (true, _) => "<Number = DecimalString>".to_owned(),
    }
}

/// A property's name, in quotes where it is no word.
fn property(name: &str) -> String {
    let is_word = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_word { name.to_owned() } else { format!("\"{name}\"") }
}

/// An entry of a list of tags, such as `@param limit the most rows`.
pub fn tag(name: &str, text: &str) -> String {
    format!("{name} {}", lower(&in_one_line(text)))
}

/// Whether a line is short enough.
pub fn fits(line: &str) -> bool {
    line.chars().count() <= WIDTH
}
