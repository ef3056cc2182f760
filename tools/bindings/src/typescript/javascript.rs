//! The wrappers of calls: each turns its arguments into the call's input.

use std::collections::BTreeMap;

use tierra::ffi::describe::Shape;

use super::calls::methods;
use super::method::{Argument, Method, On};
use super::records::fits;
use super::types::Way;
use crate::catalog::Catalog;
use crate::shapes::record_of;

/// The functions that need nothing but their input, as entries of an object.
pub fn functions(catalog: &Catalog) -> String {
    methods(catalog, &catalog.pure, On::Nothing).iter().map(|method| entry(method, 2)).collect()
}

/// The methods of loaded factors, as members of a class.
pub fn factors(catalog: &Catalog) -> String {
    let texts: Vec<_> = methods(catalog, &catalog.factors, On::Factors).iter().map(member).collect();
    texts.join("\n")
}

/// The groups of a ledger, as entries of objects.
pub fn groups(catalog: &Catalog) -> BTreeMap<&str, String> {
    let mut groups: BTreeMap<&str, String> = BTreeMap::new();
    for method in methods(catalog, &catalog.ledger, On::Ledger) {
        if let Some((group, _)) = method.call.name.split_once('.') {
            groups.entry(group).or_default().push_str(&entry(&method, 4));
        }
    }
    groups
}

fn entry(method: &Method<'_>, indent: usize) -> String {
    let blank = " ".repeat(indent);
    let parameters = parameters(method).join(", ");
    let made = made(method);
    if !method.has_answer() {
        return format!("{blank}{}({parameters}) {{\n{blank}  {made};\n{blank}}},\n", method.name);
    }
    if let Some(field) = field_of_errors(method) {
        return format!(
            "{blank}{}({parameters}) {{\n{blank}  const answer = {made};\n{blank}  return {{ ...answer, {field}: answersOrErrors(answer.{field}) }};\n{blank}}},\n",
            method.name
        );
    }
    let line = format!("{blank}{}: ({parameters}) => {made},", method.name);
    if fits(&line) {
        return line + "\n";
    }
    format!("{blank}{}: ({parameters}) =>\n{blank}  {made},\n", method.name)
}

fn member(method: &Method<'_>) -> String {
    format!("  {}({}) {{\n    return {};\n  }}\n", method.name, parameters(method).join(", "), made(method))
}

fn parameters(method: &Method<'_>) -> Vec<String> {
    let named = |argument: &Argument| match argument.may_lack && argument.is_whole {
        true => format!("{} = {{}}", argument.name),
        false => argument.name.clone(),
    };
    let options = (method.has_now || !method.options.is_empty()).then(|| "options".to_owned());
    method.arguments.iter().map(named).chain(options).collect()
}

/// The call, and what is taken of its answer.
fn made(method: &Method<'_>) -> String {
    let (input, name) = (input(method), method.call.name);
    let call = match method.on {
        On::Factors => format!("this[answer](\"{name}\", {input})"),
        On::Nothing if method.options.is_empty() => format!("call(\"{name}\", {input})"),
        On::Nothing => format!("call(\"{name}\", withOptions({input}, options, {}))", option_names(method)),
        On::Ledger => {
            let on = if method.is_async() { "callAsync" } else { "call" };
            format!("{on}(\"{name}\", {input}, options, {}{})", option_names(method), instants(method))
        }
    };
    let taken = match method.call.wrap.filter(|_| method.has_answer()) {
        Some(wrap) => format!("{call}.{wrap}"),
        None => call,
    };
    match &method.call.answer {
        Shape::List(item) if may_be_error(item) => format!("answersOrErrors({taken})"),
        _ => taken,
    }
}

fn input(method: &Method<'_>) -> String {
    if let Some(whole) = method.arguments.iter().find(|argument| argument.is_whole) {
        return whole.name.clone();
    }
    let mut fields: Vec<String> = Vec::new();
    for argument in &method.arguments {
        let field = given(argument);
        match &argument.within {
            Some(within) => fields.push(format!("{within}: {{ {field} }}")),
            None => fields.push(field),
        }
    }
    if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
}

/// An argument as a field of the input.
fn given(argument: &Argument) -> String {
    let value = match &argument.shape {
        _ if argument.kind == "WebhookBody" => format!("bodyText({})", argument.name),
        shape if holds_json(shape) => format!("withPlainMetadata({})", argument.name),
        _ => argument.name.clone(),
    };
    if value == argument.field { value } else { format!("{}: {value}", argument.field) }
}

/// The options that are instants, which a `Date` may be.
/// The names of the options, by which another one is refused: the core knows those of the arguments as well.
fn option_names(method: &Method<'_>) -> String {
    let now = method.has_now.then_some("now");
    let names: Vec<_> = method.option_names.iter().copied().chain(now).map(|name| format!("\"{name}\"")).collect();
    format!("[{}]", names.join(", "))
}

fn instants(method: &Method<'_>) -> String {
    let is_instant = |shape: &Shape| match shape {
        Shape::Optional(inner) => **inner == Shape::Instant,
        other => *other == Shape::Instant,
    };
    let names: Vec<_> = method
        .options
        .iter()
        .filter(|choice| is_instant(&choice.field.shape))
        .map(|choice| format!("\"{}\"", choice.field.json))
        .collect();
    if names.is_empty() { String::new() } else { format!(", [{}]", names.join(", ")) }
}

/// Whether what goes in holds JSON that is kept as it was written.
fn holds_json(shape: &Shape) -> bool {
    match shape {
        Shape::Json => true,
        Shape::List(inner) | Shape::Optional(inner) => holds_json(inner),
        Shape::Record(record) if super::types::way_of(record) == Way::In => {
            record.fields.iter().any(|field| holds_json(&field.shape))
        }
        _ => false,
    }
}

/// The field of an answer that holds answers and errors.
fn field_of_errors(method: &Method<'_>) -> Option<&'static str> {
    let record = record_of(&method.call.answer)?;
    let is_one = |shape: &Shape| matches!(shape, Shape::List(item) if may_be_error(item));
    record.fields.iter().find(|field| is_one(&field.shape)).map(|field| field.json)
}

fn may_be_error(shape: &Shape) -> bool {
    matches!(shape, Shape::OneOf(shapes) if shapes.contains(&Shape::Error))
}
