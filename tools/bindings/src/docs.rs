//! The doc comments of the core's functions, methods, types and fields, by where they stand.

use std::collections::BTreeMap;
use std::path::Path;

use syn::visit::Visit;

/// The doc comments of the core.
#[derive(Debug, Default)]
pub struct Docs {
    /// By room and name: `ledger` and `Registrations::register`, `charger` and `identify`. In order, so that of a name that
    /// stands in two rooms every run finds the same.
    texts: BTreeMap<(String, String), String>,
}

/// A doc comment in its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doc {
    /// What it does, in one line or more, and what else is to be known.
    pub text: String,
    /// What stands under `# Errors`.
    pub errors: String,
}

impl Docs {
    /// Reads the sources below `core/src`.
    pub fn read(sources: &Path) -> Result<Self, String> {
        let mut docs = Self::default();
        docs.read_folder(sources, sources)?;
        Ok(docs)
    }

    fn read_folder(&mut self, sources: &Path, folder: &Path) -> Result<(), String> {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
        let entries = std::fs::read_dir(folder).map_err(|error| told(&error))?;
        for entry in entries {
            let path = entry.map_err(|error| told(&error))?.path();
            if path.is_dir() {
                self.read_folder(sources, &path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).map_err(|error| told(&error))?;
                let file = syn::parse_file(&text).map_err(|error| format!("{}: {error}", path.display()))?;
                let below = path.strip_prefix(sources).unwrap_or(&path);
                let room = below.iter().next().and_then(|part| part.to_str()).unwrap_or_default();
                let room = room.strip_suffix(".rs").unwrap_or(room).to_owned();
                Walk { room, docs: self, within: None }.visit_file(&file);
            }
        }
        Ok(())
    }

    /// The doc comment at a path such as `ledger::Registrations::register`; the first part is the room.
    pub fn at(&self, path: &str) -> Option<Doc> {
        let (room, name) = path.split_once("::")?;
        self.texts.get(&(room.to_owned(), name.to_owned())).map(|text| Doc::of(text))
    }

    /// The room in which a type stands.
    pub fn room_of(&self, name: &str) -> Option<&str> {
        self.texts.keys().find(|(_, found)| found == name).map(|(room, _)| room.as_str())
    }

    /// The doc comment of a type or of one of its methods or fields, in whichever room it stands.
    pub fn anywhere(&self, name: &str) -> Option<Doc> {
        self.texts.iter().find(|((_, found), _)| found == name).map(|(_, text)| Doc::of(text))
    }
}

impl Doc {
    /// Takes a doc comment apart: examples and what only a Rust program needs are left out.
    pub fn of(comment: &str) -> Self {
        let mut doc = Self::default();
        let mut in_code = false;
        let mut heading = "";
        for line in comment.lines() {
            if line.trim_start().starts_with("```") {
                in_code = !in_code;
            } else if let Some(title) = line.strip_prefix("# ").filter(|_| !in_code) {
                heading = title;
            } else if !in_code {
                let part = match heading {
                    "" => &mut doc.text,
                    "Errors" => &mut doc.errors,
                    _ => continue,
                };
                part.push_str(line);
                part.push('\n');
            }
        }
        doc.text = doc.text.trim().to_owned();
        doc.errors = doc.errors.trim().to_owned();
        doc
    }
}

/// Notes the doc comments of a file.
struct Walk<'d> {
    room: String,
    docs: &'d mut Docs,
    /// The type whose methods or fields are walked through.
    within: Option<String>,
}

impl Walk<'_> {
    fn note(&mut self, name: &str, attributes: &[syn::Attribute]) {
        let lines: Vec<String> = attributes.iter().filter_map(line_of).collect();
        if lines.is_empty() {
            return;
        }
        let name = match &self.within {
            Some(within) => format!("{within}::{name}"),
            None => name.to_owned(),
        };
        self.docs.texts.insert((self.room.clone(), name), lines.join("\n"));
    }
}

/// The line of a doc comment that an attribute is.
fn line_of(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(literal) = &pair.value else { return None };
    let syn::Lit::Str(text) = &literal.lit else { return None };
    let text = text.value();
    attribute.path().is_ident("doc").then(|| text.strip_prefix(' ').unwrap_or(&text).to_owned())
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.note(&function.sig.ident.to_string(), &function.attrs);
    }

    fn visit_item_struct(&mut self, found: &'ast syn::ItemStruct) {
        let name = found.ident.to_string();
        self.note(&name, &found.attrs);
        self.within = Some(name);
        for field in &found.fields {
            if let Some(name) = &field.ident {
                self.note(&name.to_string(), &field.attrs);
            }
        }
        self.within = None;
    }

    fn visit_item_enum(&mut self, found: &'ast syn::ItemEnum) {
        self.note(&found.ident.to_string(), &found.attrs);
    }

    fn visit_item_impl(&mut self, found: &'ast syn::ItemImpl) {
        let syn::Type::Path(path) = &*found.self_ty else { return };
        self.within = path.path.segments.last().map(|segment| segment.ident.to_string());
        syn::visit::visit_item_impl(self, found);
        self.within = None;
    }

    fn visit_impl_item_fn(&mut self, method: &'ast syn::ImplItemFn) {
        self.note(&method.sig.ident.to_string(), &method.attrs);
    }

    fn visit_item_macro(&mut self, found: &'ast syn::ItemMacro) {
        if found.mac.path.is_ident("named_values") {
            // The comment's attributes, the name and the braces of the values.
            let trees: Vec<String> = found.mac.tokens.clone().into_iter().map(|tree| tree.to_string()).collect();
            for pair in trees.windows(2) {
                if let [name, values] = pair
                    && values.starts_with('{')
                {
                    self.docs.texts.insert((self.room.clone(), name.clone()), String::new());
                }
            }
        }
        // A record's struct stands within the macro as it would without.
        if found.mac.path.is_ident("record")
            && let Ok(item) = found.mac.parse_body::<syn::ItemStruct>()
        {
            self.visit_item_struct(&item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_taken_apart() {
        let doc = Doc::of(
            "Does it.\n\nMore.\n\n# Errors\n\n[`ErrorCode::Empty`] at `name`.\n\n```\nlet a = 1;\n# x();\n```\n",
        );
        assert_eq!(doc.text, "Does it.\n\nMore.");
        assert_eq!(doc.errors, "[`ErrorCode::Empty`] at `name`.");
    }
}
