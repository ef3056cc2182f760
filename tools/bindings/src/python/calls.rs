//! The methods that make the calls: those of a ledger's groups, and those of loaded factors.

use std::collections::BTreeMap;

use tierra::ffi::describe::{FieldShape, RecordShape, Shape};
use tierra::ffi::{ArgumentKind, CallShape};

use super::examples::EXAMPLES;
use super::types::{answered, default, taken};
use super::{WIDTH, head, in_python, records};
use crate::Written;
use crate::catalog::Catalog;
use crate::shapes::{must_be_given, record_of};
use crate::words::{capital, in_one_line, lower, wrapped};

/// What a parameter is called where its own name is a word of Python's.
const RENAMED: [(&str, &str); 2] = [("from", "start"), ("to", "end")];

/// Fields of a record that stands among the arguments which Python does not take: another way to say what others say.
const HIDDEN: [&str; 1] = ["flows"];

/// Fields that may be left out only where a hidden one stands in their place.
const IN_PLACE_OF_HIDDEN: [&str; 2] = ["dates", "amounts"];

/// Calls whose method is written by hand: what it does beside the call is Python's own.
const BY_HAND: [&str; 10] = [
    "allocate",
    "identify_batch",
    "access.token",
    "back_up",
    "close",
    "factors.inventory",
    "inventory",
    "lookup.charger",
    "data",
    "resolve_batch",
];

/// Fields that may stand by their place though they may be left out: what a short query asks for.
const BY_PLACE: [&str; 6] = ["authority", "fuel_type", "known", "property_type", "release_year", "version"];

/// Fields of a body that stand by their place, as they are told in a sentence.
const PLACED: [(&str, &str); 2] = [("disputes.open", "conflict"), ("disputes.open", "reason")];

/// The files of the methods.
pub fn written(catalog: &Catalog) -> Vec<Written> {
    let mut files = Vec::new();
    if !catalog.ledger.is_empty() {
        files.push(ledger_file(catalog));
    }
    if !catalog.factors.is_empty() {
        files.push(factors_file(catalog));
    }
    files.extend(ROOMS.iter().map(|room| functions_file(catalog, room)));
    files
}

/// A room whose calls need nothing but their input: each is a function of a module of its name.
struct Room {
    name: &'static str,
    /// What the module answers.
    doc: &'static str,
    /// A module beside it, and what is imported from there: functions that are Python's own.
    beside: Option<(&'static str, &'static [&'static str])>,
}

const ROOMS: [Room; 3] = [
    Room {
        name: "charger",
        doc: "Which device is this? Vendor and serial made canonical, and the hash that names the charger.",
        beside: None,
    },
    Room {
        name: "overlap",
        doc: "Has someone already claimed it? Registrations of one charger whose periods share a day.",
        beside: Some(("_records.common", &["Period"])),
    },
    Room {
        name: "returns",
        doc: "What did it return? Present value, internal rate of return, exact allocation and the portfolio's summary.",
        beside: Some(("_allocation", &["allocate"])),
    },
];

fn functions_file(catalog: &Catalog, room: &Room) -> Written {
    let is_of_room = |call: &&CallShape| call.documented.split("::").next() == Some(room.name);
    let calls: Vec<_> = catalog.pure.iter().filter(is_of_room).filter(|call| !BY_HAND.contains(&call.name)).collect();
    let functions: Vec<_> = calls.iter().map(|call| function(catalog, call)).collect();
    let body = format!("\n\n{}", functions.join("\n\n"));
    let records = records::declared(catalog).remove(room.name).unwrap_or_default();
    let mut names: Vec<&str> = calls.iter().map(|call| call.name).chain(records.iter().copied()).collect();
    names.extend(room.beside.iter().flat_map(|(_, names)| names.iter().copied()));
    names.sort_unstable();
    let mut text = head(room.doc, &format!("core/src/ffi/calls and the doc comments of core/src/{}", room.name));
    // Its records are those of the room whether a function speaks of them or not.
    let needed = format!("{body}\n{}", names.join(" "));
    text.push_str(&records::imports_of(&needed, &records::declared(catalog), "", "."));
    if let Some((module, names)) = room.beside {
        text.push_str(&format!("from .{module} import {}\n", names.join(", ")));
    }
    text.push_str("from ._tierra import call\n\n");
    text.push_str(&records::list_of_names(&names));
    text.push_str(&body);
    Written { path: format!("bindings-python/python/tierra/{}.py", room.name), text }
}

/// A function is a method without its class.
fn function(catalog: &Catalog, call: &CallShape) -> String {
    let method = method(catalog, call, call.name, &Body::Pure);
    let lines = method.lines().map(|line| line.strip_prefix("    ").unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned() + "\n"
}

fn ledger_file(catalog: &Catalog) -> Written {
    let mut groups: BTreeMap<&str, String> = BTreeMap::new();
    for call in catalog.ledger.iter().filter(|call| !BY_HAND.contains(&call.name)) {
        let Some((group, name)) = call.name.split_once('.') else { continue };
        groups.entry(group).or_default().push_str(&method(catalog, call, name, &Body::Ledger));
    }
    let mut body = String::new();
    for (group, methods) in &groups {
        body.push_str(&format!(
            "\n\nclass {}Calls(Calls):\n    \"\"\"The calls `{group}.*` of a ledger.\"\"\"\n\n    __slots__ = ()\n\n{}",
            capital(group),
            methods.trim_end_matches('\n')
        ));
        body.push('\n');
    }
    file(
        catalog,
        "bindings-python/python/tierra/ledger/_calls.py",
        "The calls of a ledger, group by group.",
        "core/src/ffi/calls and the doc comments of core/src/ledger",
        "from ._call import Caller, Calls, aware\n",
        &body,
    )
}

fn factors_file(catalog: &Catalog) -> Written {
    let mut methods = String::new();
    for call in catalog.factors.iter().filter(|call| !BY_HAND.contains(&call.name)) {
        methods.push_str(&method(catalog, call, call.name, &Body::Factors));
    }
    let body = format!(
        "\n\nclass FactorCalls:\n    \"\"\"The calls on loaded factors.\"\"\"\n\n    __slots__ = ()\n\n    def _call(self, name: str, query: dict[str, Any]) -> Any:\n        raise NotImplementedError\n\n{}\n",
        methods.trim_end_matches('\n')
    );
    file(
        catalog,
        "bindings-python/python/tierra/emission/_calls.py",
        "The calls on loaded emission factors.",
        "core/src/ffi/calls and the doc comments of core/src/emission",
        "",
        &body,
    )
}

fn file(catalog: &Catalog, path: &str, what: &str, from: &str, own: &str, body: &str) -> Written {
    let mut text = head(what, from);
    text.push_str(&records::imports_of(body, &records::declared(catalog), "", ".."));
    text.push_str(own);
    text.push_str(body.trim_end());
    text.push('\n');
    Written { path: path.to_owned(), text }
}

/// What a method calls.
enum Body {
    Ledger,
    Factors,
    /// Nothing but its input.
    Pure,
}

/// A parameter of a method.
struct Parameter {
    name: String,
    kind: String,
    default: Option<String>,
    is_named: bool,
    doc: String,
}

/// A method: its parameters, and the fields of the input that they become.
#[derive(Default)]
struct Method {
    parameters: Vec<Parameter>,
    fields: Vec<String>,
    has_now: bool,
}

fn method(catalog: &Catalog, call: &CallShape, name: &str, body: &Body) -> String {
    let mut method = Method::default();
    for argument in &call.arguments {
        method.take(catalog, call, &argument.field, argument.kind);
    }
    method.parameters.sort_by_key(|parameter| parameter.is_named);
    if method.has_now {
        method.parameters.push(Parameter {
            name: "now".to_owned(),
            kind: "datetime | None".to_owned(),
            default: Some("None".to_owned()),
            is_named: true,
            doc: "the present time.".to_owned(),
        });
    }
    let answer = answer_type(call, body);
    let mut out = signature(name, &method.parameters, body, &answer);
    out.push_str(&method_doc(catalog, call, &method.parameters));
    out.push_str(&statement(call, &method, body, &answer));
    out.push('\n');
    out
}

impl Method {
    fn take(&mut self, catalog: &Catalog, call: &CallShape, field: &FieldShape, kind: ArgumentKind) {
        match (kind, record_of(&field.shape)) {
            (_, _) if field.name == "now" => self.has_now = true,
            (ArgumentKind::Ignored, _) => {}
            // Data goes in as it is.
            (ArgumentKind::Body, Some(_)) if field.name == "data" => {
                self.push(field, field.doc.clone(), false);
                self.fields.push(format!("\"data\": {}", field.name));
            }
            // What came of something is told by its parts.
            (ArgumentKind::Field, Some(record)) if record.fields.iter().all(|field| !must_be_given(field)) => {
                let fields = self.take_record(catalog, call, record);
                self.fields.push(format!("\"{}\": {{{}}}", field.json, fields.join(", ")));
            }
            (ArgumentKind::Body, Some(record)) if !is_list_body(record) => {
                let fields = self.take_record(catalog, call, record);
                let is_query = field.name == "query";
                let given = format!("{{{}}}", fields.join(", "));
                self.fields.push(format!("\"{}\": {given}", if is_query { "query" } else { field.json }));
            }
            (ArgumentKind::Body, Some(record)) => {
                // A list of bodies is given as it is.
                for inner in &record.fields {
                    let name = inner.name;
                    self.parameters.push(Parameter {
                        name: name.to_owned(),
                        kind: taken(&inner.shape),
                        default: None,
                        is_named: false,
                        doc: catalog.field_doc(record, inner),
                    });
                    self.fields.push(format!("\"{}\": {{\"{}\": {name}}}", field.json, inner.json));
                }
            }
            (ArgumentKind::Flat | ArgumentKind::Whole, Some(record)) => {
                let fields = self.take_record(catalog, call, record);
                self.fields.extend(fields);
            }
            _ => {
                self.push(field, field.doc.clone(), false);
                self.fields.push(format!("\"{}\": {}", field.json, handed_over(field)));
            }
        }
    }

    fn take_record(&mut self, catalog: &Catalog, call: &CallShape, record: &RecordShape) -> Vec<String> {
        let fields = flattened(record);
        let required = fields.iter().filter(|(_, field)| must_be_given(field)).count();
        let has_hidden = fields.iter().any(|(_, field)| HIDDEN.contains(&field.name));
        let is_few = fields.len() <= 3 && call.http.is_none_or(|http| http.method == "GET");
        let by_position = |field: &FieldShape| {
            let is_alone = required == 1 && must_be_given(field);
            let is_asked_first = is_few && !must_be_given(field) && BY_PLACE.contains(&field.name);
            is_alone || is_asked_first || PLACED.contains(&(call.name, field.name))
        };
        let mut given = Vec::new();
        for (of, field) in &fields {
            if has_hidden && HIDDEN.contains(&field.name) {
                continue;
            }
            if has_hidden && IN_PLACE_OF_HIDDEN.contains(&field.name) {
                let field = FieldShape { shape: without_null(&field.shape), ..(*field).clone() };
                self.push(&field, field.doc.clone(), false);
                given.push(format!("\"{}\": {}", field.json, field.name));
                continue;
            }
            if let (Shape::Record(inner), "activity") = (&field.shape, field.name) {
                // Amount and unit are told beside the query.
                let fields = self.take_record(catalog, call, inner);
                given.push(format!("\"{}\": {{{}}}", field.json, fields.join(", ")));
                continue;
            }
            self.push(field, catalog.field_doc(of, field), !by_position(field));
            given.push(format!("\"{}\": {}", field.json, handed_over(field)));
        }
        given
    }

    fn push(&mut self, field: &FieldShape, doc: String, is_named: bool) {
        let default = match &field.default {
            _ if must_be_given(field) => None,
            Some(json) => Some(default(json)),
            None if field.is_left_out => Some("()".to_owned()),
            None => Some("None".to_owned()),
        };
        let is_named = is_named || (default.is_some() && !BY_PLACE.contains(&field.name));
        self.parameters.push(Parameter {
            name: parameter_name(field.name).to_owned(),
            kind: taken(&field.shape),
            default,
            is_named,
            doc,
        });
    }
}

fn parameter_name(name: &'static str) -> &'static str {
    RENAMED.iter().find(|(of, _)| *of == name).map_or(name, |(_, to)| to)
}

fn without_null(shape: &Shape) -> Shape {
    match shape {
        Shape::Optional(inner) => (**inner).clone(),
        other => other.clone(),
    }
}

/// Whether a body is one list of records, such as a batch.
fn is_list_body(record: &RecordShape) -> bool {
    match record.fields.as_slice() {
        [field] => matches!(&field.shape, Shape::List(item) if matches!(**item, Shape::Record(_))),
        _ => false,
    }
}

/// The fields of a record, those of records that stand among them as well, each with the record that it is of.
fn flattened(record: &RecordShape) -> Vec<(&RecordShape, &FieldShape)> {
    let mut found = Vec::new();
    for field in &record.fields {
        match &field.shape {
            Shape::Record(inner) if field.is_flattened => found.extend(flattened(inner)),
            // A row's id is an inventory's: one activity needs none.
            Shape::Optional(inner) if **inner == Shape::Any && field.name == "id" => {}
            _ => found.push((record, field)),
        }
    }
    found
}

/// How a parameter goes into the input.
fn handed_over(field: &FieldShape) -> String {
    let name = parameter_name(field.name);
    match without_null(&field.shape) {
        Shape::Instant => format!("aware({name}, \"{}\")", field.json),
        _ => name.to_owned(),
    }
}

fn answer_type(call: &CallShape, body: &Body) -> String {
    match (&call.answer, body, call.wrap) {
        (Shape::List(item), Body::Ledger, Some("data")) => format!("Listing[{}]", answered(item)),
        (shape, _, _) => answered(shape),
    }
}

fn signature(name: &str, parameters: &[Parameter], body: &Body, answer: &str) -> String {
    let mut parts = match body {
        Body::Pure => Vec::new(),
        Body::Ledger | Body::Factors => vec!["self".to_owned()],
    };
    let mut named = false;
    for parameter in parameters {
        if parameter.is_named && !named {
            parts.push("*".to_owned());
            named = true;
        }
        let default = parameter.default.as_ref().map(|default| format!(" = {default}")).unwrap_or_default();
        parts.push(format!("{}: {}{default}", parameter.name, parameter.kind));
    }
    let line = format!("    def {name}({}) -> {answer}:\n", parts.join(", "));
    if line.chars().count() <= WIDTH + 1 {
        return line;
    }
    let lines: Vec<_> = parts.iter().map(|part| format!("        {part},\n")).collect();
    format!("    def {name}(\n{}    ) -> {answer}:\n", lines.concat())
}

fn method_doc(catalog: &Catalog, call: &CallShape, parameters: &[Parameter]) -> String {
    let doc = catalog.doc(call).unwrap_or_default();
    let mut lines = wrapped(&in_python(&doc.text, catalog), WIDTH - 11);
    let documented: Vec<_> = parameters.iter().filter(|parameter| !parameter.doc.is_empty()).collect();
    if !documented.is_empty() {
        lines.extend([String::new(), "Args:".to_owned()]);
        for parameter in documented {
            lines.extend(hanging(&format!("{}: {}", parameter.name, in_python(&lower(&parameter.doc), catalog))));
        }
    }
    if !doc.errors.is_empty() {
        lines.extend([String::new(), "Raises:".to_owned()]);
        lines.extend(hanging(&format!("TierraError: {}", in_python(&lower(&doc.errors), catalog))));
    }
    if let Some((_, example)) = EXAMPLES.iter().find(|(name, _)| *name == call.name) {
        lines.push(String::new());
        lines.extend(example.trim().lines().map(str::to_owned));
    }
    if let [line] = lines.as_slice() {
        return format!("        \"\"\"{line}\"\"\"\n");
    }
    let mut out = String::from("        \"\"\"");
    for (index, line) in lines.iter().enumerate() {
        if index > 0 && !line.is_empty() {
            out.push_str("        ");
        }
        out.push_str(line);
        out.push('\n');
    }
    out.push_str("        \"\"\"\n");
    out
}

/// An entry of a section, whose further lines are indented.
fn hanging(text: &str) -> Vec<String> {
    let lines = wrapped(&in_one_line(text), WIDTH - 16);
    let indented = |(index, line): (usize, String)| format!("{}{line}", if index == 0 { "    " } else { "        " });
    lines.into_iter().enumerate().map(indented).collect()
}

fn statement(call: &CallShape, method: &Method, body: &Body, answer: &str) -> String {
    let made = match body {
        Body::Ledger => {
            let now = if method.has_now { "now" } else { "None" };
            format!("self._call(\"{}\", {now}, {{{}}})", call.name, method.fields.join(", "))
        }
        Body::Factors => format!("self._call(\"{}\", {{{}}})", call.name, method.fields.join(", ")),
        Body::Pure => format!("call(\"{}\", {{{}}})", call.name, method.fields.join(", ")),
    };
    let (start, end) = match answer {
        "None" => (String::new(), String::new()),
        _ => (format!("answer: {answer} = "), "        return answer\n".to_owned()),
    };
    let line = format!("        {start}{made}\n");
    if line.chars().count() <= WIDTH + 1 {
        return line + &end;
    }
    let Some((opening, fields)) = made.split_once('{') else { return line + &end };
    let fields = fields.trim_end_matches("})");
    let one = format!("        {start}{opening}{{\n");
    let lines: Vec<_> = split_fields(fields).iter().map(|field| format!("            {field},\n")).collect();
    format!("{one}{}        }})\n{end}", lines.concat())
}

/// The fields of a dict, parted at the commas of its own level.
fn split_fields(fields: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_i32;
    for letter in fields.chars() {
        match letter {
            '{' | '(' => depth += 1,
            '}' | ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(letter);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}
