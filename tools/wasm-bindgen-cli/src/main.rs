//! `tierra-wasm-bindgen-cli INPUT.wasm OUT_DIR`: the JavaScript, the declarations and the module, for the browser and Node.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [input, out_dir] = args.as_slice() else {
        eprintln!("usage: tierra-wasm-bindgen-cli INPUT.wasm OUT_DIR");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(input)
        .typescript(true)
        // `await init()` finds the module beside the script; otherwise a page has to pass its address.
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true);
    // `web` is the one target that both a browser (`init`) and Node (`initSync` with the bytes) can load.
    match bindgen.web(true).and_then(|bindgen| bindgen.generate(out_dir)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
