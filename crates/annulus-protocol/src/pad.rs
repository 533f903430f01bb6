//! Keeps two things off one cache line.

/// Aligned so that no two of them share a cache line, nor the pair of lines that a prefetcher fetches together.
///
/// Sources: x86-64 fetches lines in pairs (Intel 64 and IA-32 Architectures Optimization Reference Manual, 3.7.3);
/// AArch64 big cores have 128-byte lines in some systems (<https://developer.apple.com/documentation/apple-silicon>);
/// s390x has 256-byte lines. Cores small enough to have no data cache get the alignment of a word.
#[cfg_attr(
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "powerpc64"),
    repr(C, align(128))
)]
#[cfg_attr(target_arch = "s390x", repr(C, align(256)))]
#[cfg_attr(
    any(target_arch = "x86", target_arch = "riscv64", target_arch = "wasm32", target_arch = "loongarch64"),
    repr(C, align(64))
)]
#[cfg_attr(
    not(any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "powerpc64",
        target_arch = "s390x",
        target_arch = "x86",
        target_arch = "riscv64",
        target_arch = "wasm32",
        target_arch = "loongarch64"
    )),
    repr(C)
)]
#[derive(Debug, Default)]
pub struct Padded<T>(
    /// What is kept apart.
    pub T,
);

impl<T> core::ops::Deref for Padded<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> core::ops::DerefMut for Padded<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
