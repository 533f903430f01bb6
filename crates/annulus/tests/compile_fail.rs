//! Misuse that the compiler refuses: each file of `ui/` says in its name what must not compile.
//!
//! The messages belong to the compiler the workspace declares (`rust-version`). After a change of it, look at the
//! new ones and take them over: `TRYBUILD=overwrite cargo test -p annulus --test compile_fail`.
//! That a capacity of zero does not compile is tested where it is promised, in the docs of `spsc::Ring`.

// With `ipc` there are two kinds of `Consumer`, and the compiler spells their names out: one set of messages is enough.
#![cfg(all(feature = "std", not(feature = "ipc")))]

#[test]
fn misuse_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/*.rs");
}
