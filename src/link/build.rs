//! How the release binary is laid out, so that a console maps little of it: see `order.ld`.
//!
//! Only what every linker of the platform takes is asked for; without it the program is the same, and larger in memory.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=src/link/build.rs");
    println!("cargo:rerun-if-changed=src/link/order.ld");
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    let is_gnu = var("CARGO_CFG_TARGET_OS") == "linux" && var("CARGO_CFG_TARGET_ENV") == "gnu";
    let is_native = var("HOST") == var("TARGET");
    if var("PROFILE") != "release" || !is_gnu || !is_native {
        return;
    }
    // mold reads no linker scripts.
    if !var("CARGO_ENCODED_RUSTFLAGS").contains("mold") {
        println!(
            "cargo:rustc-link-arg-bins=-Wl,-T,{}/src/link/order.ld",
            var("CARGO_MANIFEST_DIR")
        );
    }
    // 450 KiB of relocations become 10; an older loader does not know the form.
    if glibc().is_some_and(|version| version >= (2, 36)) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of the C library here, as `getconf` says it: `glibc 2.36`.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf")
        .arg("GNU_LIBC_VERSION")
        .output()
        .ok()?;
    let text = String::from_utf8(said.stdout).ok()?;
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
