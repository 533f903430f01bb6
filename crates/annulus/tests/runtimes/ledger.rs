//! What became of each item, and how many futures were dropped.
use crate::fate::Bell;
use std::fmt;
use std::future::Future;
use std::ops::AddAssign;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};

/// Whose futures they are.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    Send,
    SendMany,
    Reserve,
    Recv,
    RecvMany,
}

/// What happened to an item; each is a counter of two bits, which holds 3 for more.
pub(crate) const SENT: u8 = 1;
/// It came back to who would have sent it, or went with the future that would have.
pub(crate) const RETURNED: u8 = 4;
pub(crate) const RECEIVED: u8 = 16;
const DROPPED: u8 = 64;

const PAGE: usize = 1 << 16;
const PAGES: usize = 1 << 12;

/// An item that says what becomes of it.
pub(crate) struct Item {
    pub(crate) n: usize,
    ledger: Arc<Ledger>,
}

impl Drop for Item {
    fn drop(&mut self) {
        self.ledger.note(self.n, DROPPED);
    }
}

/// Of one run.
pub(crate) struct Ledger {
    /// A page at a time, as they are needed.
    items: Vec<OnceLock<Box<[AtomicU8]>>>,
    made: AtomicUsize,
    cancelled: [AtomicUsize; 5],
    until: usize,
    /// Whether an item may be taken out of a future that waits: that one says it has it back when it is dropped, if nobody was quicker.
    meets: bool,
    /// Goes on as long as anybody gets on.
    moved: Arc<AtomicU64>,
    pub(crate) bell: Bell,
    /// How many have been received, and who waits for more.
    aside: Mutex<(usize, Vec<Waker>)>,
}

impl Ledger {
    /// For a run that ends after so many cancellations.
    pub(crate) fn new(until: usize, capacity: usize, moved: Arc<AtomicU64>) -> Arc<Self> {
        Arc::new(Self {
            items: (0..PAGES).map(|_| OnceLock::new()).collect(),
            made: AtomicUsize::new(0),
            cancelled: Default::default(),
            until,
            meets: capacity == 0,
            moved,
            bell: Bell::default(),
            aside: Mutex::default(),
        })
    }

    fn cancelled(&self) -> usize {
        self.cancelled.iter().map(|of| of.load(Ordering::Relaxed)).sum()
    }

    /// Whether enough has been cancelled.
    pub(crate) fn is_over(&self) -> bool {
        self.until <= self.cancelled()
    }

    pub(crate) fn item(self: &Arc<Self>) -> Item {
        Item { n: self.made.fetch_add(1, Ordering::Relaxed), ledger: self.clone() }
    }

    pub(crate) fn note(&self, n: usize, what: u8) {
        let page = self.items[n / PAGE].get_or_init(|| (0..PAGE).map(|_| AtomicU8::new(0)).collect());
        let before = page[n % PAGE].fetch_add(what, Ordering::Relaxed);
        // Two bits tell once from more often, if more does not carry.
        if before / what % 4 == 3 {
            page[n % PAGE].fetch_sub(what, Ordering::Relaxed);
        }
        self.moved.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn cancel(&self, of: Of) {
        self.cancelled[of as usize].fetch_add(1, Ordering::Relaxed);
        self.moved.fetch_add(1, Ordering::Relaxed);
        if self.is_over() {
            self.call(0);
        }
    }

    /// Items have come out.
    pub(crate) fn receive(&self, items: &mut Vec<Item>) {
        if items.is_empty() {
            return;
        }
        let count = items.len();
        items.drain(..).for_each(|item| self.note(item.n, RECEIVED));
        self.call(count);
    }

    fn call(&self, received: usize) {
        let woken = {
            let mut aside = self.aside.lock().unwrap_or_else(PoisonError::into_inner);
            aside.0 += received;
            std::mem::take(&mut aside.1)
        };
        woken.into_iter().for_each(Waker::wake);
    }

    /// Does nothing until so many more have been received, by others, or it is over.
    pub(crate) fn aside(&self, items: usize) -> Aside<'_> {
        let received = self.aside.lock().unwrap_or_else(PoisonError::into_inner).0;
        Aside { ledger: self, until: received + items }
    }

    /// What became of all, when nobody is there any more.
    pub(crate) fn sum(&self) -> Sum {
        let mut sum = Sum {
            cancelled: self.cancelled.each_ref().map(|of| of.load(Ordering::Relaxed)),
            ..Sum::default()
        };
        for n in 0..self.made.load(Ordering::Relaxed) {
            let item = self.items[n / PAGE].get().map_or(0, |page| page[n % PAGE].load(Ordering::Relaxed));
            let [mut sent, mut returned, received, dropped] =
                [SENT, RETURNED, RECEIVED, DROPPED].map(|what| usize::from(item / what % 4));
            if self.meets && (sent, returned, received) == (0, 1, 1) {
                (sent, returned) = (1, 0);
            }
            sum.made += 1;
            sum.sent += sent;
            sum.returned += returned;
            sum.received += received;
            // Either sent and received, or returned; and dropped after that.
            sum.lost += usize::from(sent + returned == 0 || received < sent || dropped == 0);
            sum.doubled += usize::from(1 < sent + returned || sent < received || 1 < dropped);
        }
        sum
    }
}

/// See [`Ledger::aside`].
pub(crate) struct Aside<'a> {
    ledger: &'a Ledger,
    until: usize,
}

impl Future for Aside<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        let mut aside = self.ledger.aside.lock().unwrap_or_else(PoisonError::into_inner);
        if self.until <= aside.0 || self.ledger.is_over() {
            return Poll::Ready(());
        }
        aside.1.push(task.waker().clone());
        Poll::Pending
    }
}

/// Of several runs.
#[derive(Default)]
pub(crate) struct Sum {
    cancelled: [usize; 5],
    made: usize,
    sent: usize,
    received: usize,
    returned: usize,
    lost: usize,
    doubled: usize,
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        for (mine, theirs) in self.cancelled.iter_mut().zip(other.cancelled) {
            *mine += theirs;
        }
        self.made += other.made;
        self.sent += other.sent;
        self.received += other.received;
        self.returned += other.returned;
        self.lost += other.lost;
        self.doubled += other.doubled;
    }
}

impl Sum {
    /// Nothing is lost, and so much was cancelled.
    pub(crate) fn judge(&self, until: usize) {
        assert_eq!((self.lost, self.doubled), (0, 0), "{self}");
        assert_eq!((self.sent, self.sent + self.returned), (self.received, self.made), "{self}");
        assert!(until <= self.cancelled.iter().sum(), "{self}");
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cancelled, made, sent, received, returned, lost, doubled } = self;
        let all: usize = cancelled.iter().sum();
        let [send, send_many, reserve, recv, recv_many] = cancelled;
        write!(f, "{all} cancelled ({send} send, {send_many} send_many, {reserve} reserve, {recv} recv, ")?;
        write!(
            f,
            "{recv_many} recv_many); {made} items: {sent} sent, {received} received, {returned} returned, "
        )?;
        write!(f, "{lost} lost, {doubled} duplicated")
    }
}

#[test]
fn what_goes_wrong_is_told() {
    let ledger = Ledger::new(0, 1, Arc::default());
    let [right, back, lost, twice, both, unsent, leaked] = [0; 7].map(|_| ledger.item());
    for item in [&right, &lost, &twice, &twice, &both, &leaked] {
        ledger.note(item.n, SENT);
    }
    for item in [&back, &both] {
        ledger.note(item.n, RETURNED);
    }
    for item in [&right, &twice, &twice, &both, &unsent, &leaked] {
        ledger.note(item.n, RECEIVED);
    }
    drop((right, back, lost, twice, both, unsent));
    let sum = ledger.sum();
    drop(leaked); // too late
    assert_eq!((sum.made, sum.sent, sum.received, sum.returned), (7, 6, 6, 2));
    assert_eq!(sum.lost, 3, "the lost one, the one that nobody sent, and the one that is not dropped");
    assert_eq!(sum.doubled, 3, "twice, sent and returned, and received without having been sent");
}
