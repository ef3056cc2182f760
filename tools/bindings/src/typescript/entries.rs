//! The modules that a program imports: which names each has must stand in them one by one.

use super::calls::methods;
use super::file_at;
use super::method::On;
use super::overrides::NODE_ONLY;
use crate::Written;
use crate::catalog::Catalog;
use tierra::ffi::Calls;

/// What every module has beside the calls that are generated.
const BY_HAND: [&str; 3] = ["callJson", "httpStatus", "opNames"];

/// The Node package for `import`, and the browser's two modules with their declarations.
pub fn written(catalog: &Catalog) -> Vec<Written> {
    let node = names(catalog, Calls::ALL, &["EmissionFactors", "RateLimiter", "errorBody", "verifyWebhook"], &[]);
    let other = Browser {
        module: "wasm",
        package: "tierra-wasm",
        what: "all calls but those on emission factors",
        calls: names(catalog, Calls::OTHER, &[], &NODE_ONLY),
        by_hand: &["callJson", "httpStatus", "opNames", "verifyWebhook"],
    };
    let emission = Browser {
        module: "emission",
        package: "tierra-wasm/emission",
        what: "emission factors, with the reference data",
        calls: names(catalog, Calls::EMISSION, &[], &NODE_ONLY),
        by_hand: &["EmissionFactors", "callJson", "errorBody", "httpStatus", "opNames"],
    };
    vec![
        file_at("bindings-node/index.js", FROM, &node_index(&[&BY_HAND.map(str::to_owned), node.as_slice()].concat())),
        file_at("bindings-wasm/index.js", FROM, &other.script()),
        file_at("bindings-wasm/index.d.ts", FROM, &other.declarations()),
        file_at("bindings-wasm/emission.js", FROM, &emission.script()),
        file_at("bindings-wasm/emission.d.ts", FROM, &emission.declarations()),
    ]
}

/// What the lists are written from.
const FROM: &str = "core/src/ffi/calls";

/// The names of some calls in JavaScript, and of some more.
fn names(catalog: &Catalog, calls: Calls, more: &[&str], without: &[&str]) -> Vec<String> {
    let known = calls.names();
    let is_there = |name: &str| known.contains(&name) && !without.contains(&name);
    let calls = methods(catalog, &catalog.pure, On::Nothing).into_iter().filter(|method| is_there(method.call.name));
    calls.map(|method| method.name).chain(more.iter().map(|name| (*name).to_owned())).collect()
}

fn lines(names: &[String]) -> String {
    let mut names = names.to_vec();
    names.sort();
    names.iter().map(|name| format!("  {name},\n")).collect()
}

fn node_index(names: &[String]) -> String {
    format!(
        r#"// The Node package for `import`: the very classes and calls of `require`, so that what one hands out the other knows.
import tierra from "./index.cjs";

export const {{
{}}} = tierra;
"#,
        lines(&[names, &["Ledger", "TierraError", "importFactors"].map(str::to_owned)].concat())
    )
}

/// One of the browser's modules.
struct Browser {
    /// The name of what wasm-bindgen makes.
    module: &'static str,
    /// What a program imports.
    package: &'static str,
    /// What it answers.
    what: &'static str,
    /// The calls that are generated.
    calls: Vec<String>,
    /// What api.js makes by hand.
    by_hand: &'static [&'static str],
}

impl Browser {
    fn script(&self) -> String {
        let by_hand: Vec<_> = self.by_hand.iter().map(|name| (*name).to_owned()).collect();
        format!(
            r#"// The browser's module of {}.
// Load it first: `await init()` in a page, `initSync({{ module: bytes }})` elsewhere.
import * as native from "./tierra_{}.js";
import {{ makeApi }} from "./api.js";
import {{ loadable }} from "./load.js";

export {{ TierraError }} from "./values.js";

const {{ checked, init, initSync }} = loadable(native, "{}");
export {{ init as default, initSync }};

export const {{
{}}} = makeApi(checked);
"#,
            self.what,
            self.module,
            self.package,
            lines(&[by_hand, self.calls.clone()].concat())
        )
    }

    fn declarations(&self) -> String {
        format!(
            r#"// The browser's module of {}.

export type * from "./types.js";
export {{ TierraError, {} }} from "./types.js";
export {{
{}}} from "./calls.js";
export {{ default, initSync }} from "./init.js";
"#,
            self.what,
            self.by_hand.join(", "),
            lines(&self.calls)
        )
    }
}
