//! Builds the core for wasm32-unknown-unknown as one module and reads its import section: it must be empty.
//!
//! The toolchain is rustup's if it has the target. Otherwise Debian's browser toolchain (`rustc-web`, with the sources of the
//! standard library) is unpacked into our own folder, not installed, and cargo builds the standard library with it.

use crate::command::{cargo, command, output, run};
use crate::report::say;
use crate::workspace::{core_packages, name_of, read_dir, scratch};
use crate::{Outcome, packages};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const TARGET: &str = "wasm32-unknown-unknown";

/// How to compile for wasm32.
#[derive(Debug)]
pub(crate) enum Toolchain {
    /// The compiler that builds everything else has the target.
    Own,
    /// Debian's, unpacked here.
    Unpacked {
        /// The unpacked tree.
        root: PathBuf,
        /// The linker in it.
        linker: PathBuf,
    },
}

/// A toolchain, fetched if need be.
pub(crate) fn toolchain() -> Result<Toolchain, String> {
    let library = output(command("rustc", &["--print", "target-libdir", "--target", TARGET]))?;
    if Path::new(library.trim()).is_dir() {
        return Ok(Toolchain::Own);
    }
    let root = scratch().join("wasm-toolchain");
    if linker_in(&root).is_none() {
        fetch(&root)?;
    }
    let linker = linker_in(&root).ok_or("the unpacked toolchain has no wasm-ld")?;
    Ok(Toolchain::Unpacked { root, linker })
}

fn fetch(root: &Path) -> Outcome {
    if !crate::command::is_there("apt-get") {
        return Err(format!("rustc has no {TARGET}, and there is no apt to fetch one from"));
    }
    if packages::candidate("rustc-web").is_none() || packages::candidate("rust-web-src").is_none() {
        packages::update()?;
    }
    let none = |what: &str| format!("apt offers no {what}");
    let library = packages::dependency("libstd-rust-web-dev", "libstd-rust-web-").ok_or_else(|| none("rustc-web"))?;
    let llvm = packages::dependency(&library, "libllvm").ok_or_else(|| none("LLVM for rustc-web"))?;
    let linker = llvm.replace("libllvm", "lld-");
    say(&format!("fetching rustc-web, {llvm} and {linker} (unpacked, not installed)"));
    let _ = fs::remove_dir_all(root);
    packages::unpack(&["rustc-web", "rust-web-src", "libstd-rust-web-dev", &library, &llvm, &linker], root)
}

fn linker_in(root: &Path) -> Option<PathBuf> {
    let programs = read_dir(&root.join("usr/bin")).ok()?;
    { programs }.into_iter().find(|program| name_of(program).starts_with("wasm-ld"))
}

/// Links every core crate into one module, dropping nothing, and checks that it imports nothing.
pub(crate) fn build_and_check(toolchain: &Toolchain) -> Outcome {
    let probe = scratch().join("wasm-probe");
    write_probe(&probe)?;
    let target = scratch().join("wasm-target");
    let manifest = probe.join("Cargo.toml");
    let mut build = cargo(&["build", "--quiet", "--target", TARGET, "--manifest-path"]);
    // The whole of every library is linked, or the linker would take only what the probe calls.
    let flags = "-Zpre-link-args=--whole-archive -Clink-arg=--no-gc-sections -Cstrip=debuginfo -Awarnings";
    build.arg(&manifest).env("CARGO_TARGET_DIR", &target).env("RUSTC_BOOTSTRAP", "1");
    build
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags)
        .env_remove("RUSTFLAGS")
        .env_remove("RUSTC_WRAPPER");
    if let Toolchain::Unpacked { root, linker } = toolchain {
        build.arg("-Zbuild-std=std,panic_abort").env("RUSTC", root.join("usr/bin/rustc"));
        build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        build.env("LD_LIBRARY_PATH", library_path(root));
    }
    run(build)?;
    let module = target.join(TARGET).join("debug/wasm_probe.wasm");
    let module = fs::read(&module).map_err(|error| format!("the module is not there: {error}"))?;
    let imports = imports(&module).ok_or("the module can't be read")?;
    if !imports.is_empty() {
        return Err(format!("core has foreign imports on {TARGET}:\n  {}", imports.join("\n  ")));
    }
    let kib = module.len() / 1024;
    say(&format!("purity: core links for {TARGET} ({kib} KiB, nothing left out) and imports nothing"));
    Ok(())
}

/// Where the unpacked compiler finds LLVM.
fn library_path(root: &Path) -> std::ffi::OsString {
    let library = root.join("usr/lib");
    let mut folders = vec![library.clone()];
    for entry in read_dir(&library).unwrap_or_default() {
        if name_of(&entry).ends_with("-linux-gnu") {
            folders.push(entry);
        } else if name_of(&entry).starts_with("llvm-") {
            folders.push(entry.join("lib"));
        }
    }
    std::env::join_paths(folders).unwrap_or_default()
}

/// A package of its own that uses every core crate.
fn write_probe(folder: &Path) -> Outcome {
    let mut manifest = String::from(
        "[package]\nname = \"wasm-probe\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n\
         [workspace]\n\n[profile.dev]\npanic = \"abort\"\ndebug = false\n\n[dependencies]\n",
    );
    let mut source = String::from("//! Uses every core crate, so that all of them are linked.\n\n");
    for package in core_packages()? {
        let name = name_of(&package);
        let _ = writeln!(manifest, "{name} = {{ path = {package:?} }}");
        let _ = writeln!(source, "pub use {};", name.replace('-', "_"));
    }
    let write =
        |path: PathBuf, text: &str| fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()));
    fs::create_dir_all(folder.join("src")).map_err(|error| error.to_string())?;
    write(folder.join("Cargo.toml"), &manifest)?;
    write(folder.join("src/lib.rs"), &source)?;
    // The versions that the workspace is locked to.
    let lock = crate::workspace::root().join("Cargo.lock");
    fs::copy(&lock, folder.join("Cargo.lock")).map(drop).map_err(|error| format!("Cargo.lock: {error}"))
}

/// The entries of a module's import section as `module.name` (WebAssembly core specification §5.5.5).
fn imports(module: &[u8]) -> Option<Vec<String>> {
    const IMPORT_SECTION: u8 = 2;
    let mut rest = module.strip_prefix(b"\0asm\x01\0\0\0")?;
    while let Some((section, after)) = rest.split_first() {
        rest = after;
        let length = unsigned(&mut rest)?;
        let (mut body, after) = rest.split_at_checked(length)?;
        rest = after;
        if *section != IMPORT_SECTION {
            continue;
        }
        let mut found = Vec::new();
        for _ in 0..unsigned(&mut body)? {
            found.push(format!("{}.{}", name(&mut body)?, name(&mut body)?));
            skip_description(&mut body)?;
        }
        return Some(found);
    }
    Some(Vec::new())
}

fn skip_description(rest: &mut &[u8]) -> Option<()> {
    let (kind, after) = rest.split_first()?;
    *rest = after;
    let limits = |rest: &mut &[u8]| {
        let flags = unsigned(rest)?;
        unsigned(rest)?;
        if flags & 1 == 1 { unsigned(rest).map(drop) } else { Some(()) }
    };
    match kind {
        0 => unsigned(rest).map(drop),
        1 => {
            unsigned(rest)?;
            limits(rest)
        }
        2 => limits(rest),
        _ => unsigned(rest).and_then(|_| unsigned(rest)).map(drop),
    }
}

fn name(rest: &mut &[u8]) -> Option<String> {
    let length = unsigned(rest)?;
    let (text, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(String::from_utf8_lossy(text).into_owned())
}

/// LEB128.
fn unsigned(rest: &mut &[u8]) -> Option<usize> {
    let (mut value, mut shift) = (0_usize, 0_u32);
    loop {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= usize::from(byte & 0x7F).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_import_section() {
        let header = b"\0asm\x01\0\0\0".to_vec();
        assert_eq!(imports(&header), Some(vec![]));
        let custom = [header.clone(), vec![0, 3, 1, b'x', 9]].concat();
        assert_eq!(imports(&custom), Some(vec![]));
        let function = [&[3][..], b"env", &[3], b"now", &[0, 5]].concat();
        let memory = [&[3][..], b"env", &[3], b"mem", &[2, 1, 1, 2]].concat();
        let body = [&[2][..], &function, &memory].concat();
        let length = u8::try_from(body.len()).unwrap();
        let module = [header, vec![2, length], body].concat();
        assert_eq!(imports(&module), Some(vec!["env.now".to_owned(), "env.mem".to_owned()]));
        assert_eq!(imports(&module[..module.len() - 1]), None);
        assert_eq!(imports(b"not wasm"), None);
    }
}
