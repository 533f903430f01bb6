//! What a channel needs of a ring, as far as the models need it.
use super::party::{Expects, Offers};
use crate::error::{PopError, PushError};
use crate::ring::Ring;
use annulus_protocol::turns::Refused;
use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

pub(crate) trait Kind: Debug {
    type Producer<T>: Inlet<T> + Debug;
    type Consumer<T>: Outlet<T> + Debug;
}

pub(crate) trait End {
    fn is_closed(&self) -> bool;
    fn close(&mut self);
    fn level(&self) -> usize;
    fn is_hopeful(&self) -> bool {
        self.level() != 0
    }
}

pub(crate) trait Inlet<T>: End + Offers<T> {
    fn put(&mut self, value: T) -> Result<(), PushError<T>>;
    fn put_many(&mut self, _: &mut VecDeque<T>) -> Result<usize, PushError<()>> {
        unimplemented!("one at a time")
    }
}

pub(crate) trait Outlet<T>: End + Expects<T> {
    fn take(&mut self) -> Result<T, PopError>;
    fn take_many(&mut self, _: &mut Vec<T>, _: usize) -> Result<usize, PopError> {
        unimplemented!("one at a time")
    }
}

/// Of a ring of turns with one slot or two.
#[derive(Debug)]
pub(crate) struct Ends<const N: usize>;

/// A producer, or a consumer: the two differ in what they are asked.
pub(crate) struct Both<T, const N: usize> {
    ring: Arc<Here<T, N>>,
    pushes: bool,
}

/// The ring, and beside it what a word of it stands for. That lock is not the model's: nothing happens while it is held.
struct Here<T, const N: usize> {
    ring: Ring<N>,
    items: Mutex<Vec<Option<T>>>,
}

impl<T, const N: usize> Debug for Both<T, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Both")
    }
}

impl<const N: usize> Kind for Ends<N> {
    type Producer<T> = Both<T, N>;
    type Consumer<T> = Both<T, N>;
}

impl<T, const N: usize> Both<T, N> {
    pub(crate) fn ends() -> (Self, Self) {
        let ring = Arc::new(Here { ring: Ring::new(), items: Mutex::new(Vec::new()) });
        (Self { ring: ring.clone(), pushes: true }, Self { ring, pushes: false })
    }

    pub(crate) fn another(&self) -> Self {
        Self { ring: self.ring.clone(), pushes: self.pushes }
    }

    pub(crate) fn ring(&self) -> &Ring<N> {
        &self.ring.ring
    }

    /// The word that stands for an item.
    pub(crate) fn name(&self, value: T) -> u32 {
        let mut items = self.ring.items.lock().unwrap();
        items.push(Some(value));
        items.len() as u32 - 1
    }

    fn named(&self, name: u32) -> T {
        self.ring.items.lock().unwrap()[name as usize].take().expect("taken once")
    }
}

impl<T, const N: usize> End for Both<T, N> {
    fn is_closed(&self) -> bool {
        self.ring().turns().is_closed()
    }
    fn close(&mut self) {
        self.ring().turns().close();
    }
    fn level(&self) -> usize {
        let turns = self.ring().turns();
        if self.pushes { turns.vacant() } else { turns.occupied() }
    }
}

impl<T, const N: usize> Offers<T> for Both<T, N> {}
impl<T, const N: usize> Expects<T> for Both<T, N> {}

impl<T, const N: usize> Inlet<T> for Both<T, N> {
    fn put(&mut self, value: T) -> Result<(), PushError<T>> {
        let name = self.name(value);
        self.ring().put(name, true).map_err(|why| {
            let value = self.named(name);
            match why {
                Refused::Closed => PushError::Closed(value),
                Refused::Busy => PushError::Busy(value),
                _ => PushError::Full(value),
            }
        })
    }
}

impl<T, const N: usize> Outlet<T> for Both<T, N> {
    fn take(&mut self) -> Result<T, PopError> {
        match self.ring().take() {
            Ok(name) => Ok(self.named(name)),
            Err(Refused::Closed) => Err(PopError::Closed),
            Err(Refused::Busy) => Err(PopError::Busy),
            Err(_) => Err(PopError::Empty),
        }
    }
}
