//! What goes through the rings.
#![allow(dead_code)] // each test program uses its own part
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Debug;

/// An item that knows its number, as far as it has room for one.
pub(crate) trait Item: Sized + Debug + PartialEq + Send + 'static {
    fn make(n: u64) -> Self;
    /// Whether it could be the `n`th.
    fn is(&self, n: u64) -> bool;
    /// Becomes the `n`th.
    fn set(&mut self, n: u64) {
        *self = Self::make(n);
    }
}

macro_rules! plain {
    ($($type:ty: $n:ident => $make:expr;)*) => {$(
        impl Item for $type {
            fn make($n: u64) -> Self { $make }
            fn is(&self, $n: u64) -> bool { *self == $make }
        }
    )*};
}

plain! {
    u8: n => n as u8;
    u64: n => n;
    [u8; 256]: n => [n as u8; 256];
    (): _n => ();
    String: n => format!("item {n}, long enough to be on the heap");
}

thread_local! {
    static LIVE: RefCell<BTreeSet<u64>> = const { RefCell::new(BTreeSet::new()) };
    static MADE: RefCell<u64> = const { RefCell::new(0) };
}

/// An item that notices when it is dropped twice, or never. For one thread.
#[derive(Debug)]
pub(crate) struct Counted {
    serial: u64,
    n: u64,
}

impl Item for Counted {
    fn make(n: u64) -> Self {
        let serial = MADE.with_borrow_mut(|made| {
            *made += 1;
            *made
        });
        LIVE.with_borrow_mut(|live| live.insert(serial));
        Self { serial, n }
    }
    fn is(&self, n: u64) -> bool {
        assert!(LIVE.with_borrow(|live| live.contains(&self.serial)), "item {} was dropped before", self.n);
        self.n == n
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.n == other.n
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let lived = LIVE.with_borrow_mut(|live| live.remove(&self.serial));
        assert!(lived || std::thread::panicking(), "item {} is dropped twice", self.n);
    }
}

/// How many counted items of this thread are alive.
pub(crate) fn live() -> usize {
    LIVE.with_borrow(BTreeSet::len)
}

/// Forgets items that a test has leaked on purpose.
pub(crate) fn forget_the_living() {
    LIVE.with_borrow_mut(BTreeSet::clear);
}

/// Runs `test`, after which every counted item must have been dropped.
pub(crate) fn with_no_item_left(test: impl FnOnce()) {
    assert_eq!(live(), 0);
    test();
    assert_eq!(live(), 0, "items that were never dropped");
}
