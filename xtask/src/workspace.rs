//! Where things are: the root of the repository, its packages and its Rust sources.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where build products go that are ours and not cargo's.
pub(crate) fn scratch() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("xtask")
}

/// The folders with a `Cargo.toml` under `core`, `io` and `test`, sorted.
pub(crate) fn packages() -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for floor in ["core", "io", "test"] {
        let floor = root().join(floor);
        for entry in read_dir(&floor)? {
            if entry.join("Cargo.toml").is_file() && !is_own_workspace(&entry) {
                found.push(entry);
            }
        }
    }
    Ok(found)
}

/// The packages under `core`.
pub(crate) fn core_packages() -> Result<Vec<PathBuf>, String> {
    let core = root().join("core");
    Ok(packages()?.into_iter().filter(|package| package.starts_with(&core)).collect())
}

/// The last part of a path, as text.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Every `.rs` file under a folder, sorted, without build products.
pub(crate) fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    source_files(folder, &["rs"])
}

/// Every file under a folder with one of these extensions, sorted, without build products.
pub(crate) fn source_files(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for entry in read_dir(folder)? {
        let name = name_of(&entry);
        if entry.is_dir() && !matches!(name.as_str(), "target" | "node_modules" | "dist" | ".git") {
            found.extend(source_files(&entry, extensions)?);
        } else if entry.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
            found.push(entry);
        }
    }
    Ok(found)
}

pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", shown(path)))
}

/// A path as a person in the repository writes it.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The entries of a folder, sorted by name; none if there is no such folder.
pub(crate) fn read_dir(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", shown(folder)))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    Ok(paths)
}

fn is_own_workspace(package: &Path) -> bool {
    read(&package.join("Cargo.toml")).is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
}
