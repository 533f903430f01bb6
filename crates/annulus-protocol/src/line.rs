//! Who waits, and in which order: a line of waiters that keep their number.
//!
//! ```text
//!            join                       call                         leave
//!   at home -------> waiting (in line) ------> called (out of line) -------> at home
//!                       ^    |                   |
//!                       |    '------- leave -----|-------> at home
//!                       '------- rejoin ---------'   called, but somebody else was quicker: back to the old place
//! ```
//! INVARIANT (W1)  The line holds those who wait and nobody else, the smallest number first. A number is drawn by `join`, once for each
//! stay, and kept until `leave`; so whoever was called and came too late is before all who joined later.
//!
//! Whoever is called has a *token*: it was told that there is something, and nobody else was. It uses the token up by finding something,
//! trades it in for its old place ([`rejoin`](Line::rejoin)), or leaves, and is told by [`leave`](Line::leave) to hand it on.
//!
//! Numbers and links only: the caller keeps the links, who sleeps on which, and the lock around it all.

/// No link.
const NOBODY: u32 = u32::MAX;

/// The most links that there may be.
pub const MOST: usize = NOBODY as usize;

/// A line: the first and the last of it, and the links that nobody uses.
#[derive(Debug)]
pub struct Line {
    first: u32,
    last: u32,
    unused: u32,
    next_number: u64,
}

/// A waiter's place in memory, and its neighbours in the line.
#[derive(Debug)]
pub struct Link {
    before: u32,
    /// In the line; among the unused ones, the next of them.
    after: u32,
    number: u64,
    stay: Stay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stay {
    Home,
    Waiting,
    Called,
}

impl Link {
    /// Nobody's yet.
    pub const fn new() -> Self {
        Self { before: NOBODY, after: NOBODY, number: 0, stay: Stay::Home }
    }
}

impl Line {
    /// Nobody waits.
    pub const fn new() -> Self {
        Self { first: NOBODY, last: NOBODY, unused: NOBODY, next_number: 0 }
    }

    /// Joins the end of the line, and tells with which link; `None` if all are in use, and a new one has to be
    /// [added](Self::add) before.
    pub fn join(&mut self, links: &mut [Link]) -> Option<usize> {
        if self.unused == NOBODY {
            return None;
        }
        let at = self.unused;
        let link = &mut links[at as usize];
        self.unused = link.after;
        link.number = self.next_number;
        self.next_number += 1;
        self.insert(links, at, self.last);
        Some(at as usize)
    }

    /// The last of `links` is a new one.
    ///
    /// # Panics
    /// If there are more than [`MOST`].
    pub fn add(&mut self, links: &mut [Link]) {
        assert!(links.len() <= MOST, "too many waiters");
        self.retire(links, links.len() as u32 - 1);
    }

    /// Whoever was called takes its old place again. Changes nothing for who waits. Tells whether it had been called.
    pub fn rejoin(&mut self, links: &mut [Link], at: usize) -> bool {
        let link = &links[at];
        debug_assert!(link.stay != Stay::Home, "only who has joined comes back");
        if link.stay != Stay::Called {
            return false;
        }
        // Those with a smaller number have come back as well, or were never called: seldom more than a few.
        let mut after = self.first;
        while after != NOBODY && links[after as usize].number < link.number {
            after = links[after as usize].after;
        }
        let before = if after == NOBODY { self.last } else { links[after as usize].before };
        self.insert(links, at as u32, before);
        true
    }

    /// Calls the first of the line, if anybody waits.
    pub fn call(&mut self, links: &mut [Link]) -> Option<usize> {
        let at = self.waiting(links).next()?;
        self.call_out(links, at);
        Some(at)
    }

    /// Calls one who waits out of its turn.
    pub fn call_out(&mut self, links: &mut [Link], at: usize) {
        debug_assert!(links[at].stay == Stay::Waiting, "only who waits is called");
        self.remove(links, at as u32);
        links[at].stay = Stay::Called;
    }

    /// Who waits, the first of the line first.
    pub fn waiting<'a>(&self, links: &'a [Link]) -> impl Iterator<Item = usize> + use<'a> {
        let mut next = self.first;
        core::iter::from_fn(move || {
            let at = (next != NOBODY).then_some(next as usize)?;
            next = links[at].after;
            Some(at)
        })
    }

    /// Leaves for good. Tells whether it had been called: then there is a token to use up or to hand on.
    #[must_use = "a token is to be used up or handed on"]
    pub fn leave(&mut self, links: &mut [Link], at: usize) -> bool {
        let stay = links[at].stay;
        debug_assert!(stay != Stay::Home, "only who has joined leaves");
        if stay == Stay::Waiting {
            self.remove(links, at as u32);
        }
        self.retire(links, at as u32);
        stay == Stay::Called
    }

    fn retire(&mut self, links: &mut [Link], at: u32) {
        let link = &mut links[at as usize];
        link.stay = Stay::Home;
        link.after = self.unused;
        self.unused = at;
    }

    /// Into the line, behind `before`.
    fn insert(&mut self, links: &mut [Link], at: u32, before: u32) {
        let after = if before == NOBODY { self.first } else { links[before as usize].after };
        let link = &mut links[at as usize];
        (link.before, link.after, link.stay) = (before, after, Stay::Waiting);
        *self.after(links, before) = at;
        *self.before(links, after) = at;
    }

    fn remove(&mut self, links: &mut [Link], at: u32) {
        let (before, after) = (links[at as usize].before, links[at as usize].after);
        *self.after(links, before) = after;
        *self.before(links, after) = before;
    }

    /// What comes after a link, or after nobody: the first.
    fn after<'a>(&'a mut self, links: &'a mut [Link], at: u32) -> &'a mut u32 {
        if at == NOBODY { &mut self.first } else { &mut links[at as usize].after }
    }

    /// What comes before a link, or before nobody: the last.
    fn before<'a>(&'a mut self, links: &'a mut [Link], at: u32) -> &'a mut u32 {
        if at == NOBODY { &mut self.last } else { &mut links[at as usize].before }
    }
}

impl Default for Line {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for Link {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// The same with nothing but a list of numbers.
    #[derive(Clone, Default)]
    struct Model {
        waiting: Vec<(u64, usize)>,
        called: Vec<(u64, usize)>,
        joined: u64,
    }

    fn take(from: &mut Vec<(u64, usize)>, at: usize) -> Option<(u64, usize)> {
        let found = from.iter().position(|(_, link)| *link == at)?;
        Some(from.remove(found))
    }

    struct Both {
        line: Line,
        links: Vec<Link>,
        model: Model,
    }

    impl Both {
        fn of(history: &[u8], most: usize) -> Option<Self> {
            let mut both = Both { line: Line::new(), links: Vec::new(), model: Model::default() };
            history.iter().all(|step| both.take(*step, most)).then_some(both)
        }

        /// One step, if it can be taken: 0 joins, 1 calls, then each three are rejoin, leave and call out of one link.
        fn take(&mut self, step: u8, most: usize) -> bool {
            let Self { line, links, model } = self;
            match step {
                0 => {
                    if model.waiting.len() + model.called.len() == most {
                        return false;
                    }
                    let at = line.join(links).unwrap_or_else(|| {
                        links.push(Link::new());
                        line.add(links);
                        line.join(links).unwrap()
                    });
                    model.waiting.push((model.joined, at));
                    model.joined += 1;
                }
                1 => {
                    let first = (!model.waiting.is_empty()).then(|| model.waiting.remove(0));
                    assert_eq!(line.call(links), first.map(|(_, at)| at));
                    model.called.extend(first);
                }
                step => {
                    let (at, what) = (usize::from(step - 2) / 3, (step - 2) % 3);
                    let (called, waiting) = (take(&mut model.called, at), take(&mut model.waiting, at));
                    let Some(stay) = called.or(waiting) else { return false };
                    match what {
                        0 => {
                            assert_eq!(line.rejoin(links, at), called.is_some());
                            model.waiting.push(stay);
                            model.waiting.sort();
                        }
                        1 => assert_eq!(line.leave(links, at), called.is_some()),
                        _ if called.is_some() => return false, // only who waits is called
                        _ => {
                            line.call_out(links, at);
                            model.called.push(stay);
                        }
                    }
                }
            }
            self.look();
            true
        }

        /// The line is the model's, from both sides.
        fn look(&self) {
            let (mut at, mut before, mut found) = (self.line.first, NOBODY, Vec::new());
            while at != NOBODY {
                let link = &self.links[at as usize];
                assert_eq!((link.before, link.stay), (before, Stay::Waiting));
                found.push((link.number, at as usize));
                (before, at) = (at, link.after);
            }
            assert_eq!(self.line.last, before);
            assert_eq!(found, self.model.waiting);
            let waiting = found.into_iter().map(|(_, at)| at);
            assert!(self.line.waiting(&self.links).eq(waiting));
        }
    }

    /// Every history of up to seven steps with up to three waiters.
    #[test]
    fn every_short_history_is_that_of_a_sorted_list() {
        let mut histories = std::vec![Vec::new()];
        let mut looked_at = 0;
        while let Some(history) = histories.pop() {
            looked_at += 1;
            if history.len() == 7 {
                continue;
            }
            for step in 0..11 {
                let mut longer: Vec<u8> = history.clone();
                longer.push(step);
                if Both::of(&longer, 3).is_some() {
                    histories.push(longer);
                }
            }
        }
        assert!(10_000 < looked_at, "{looked_at}");
    }

    #[test]
    fn who_came_too_late_is_called_before_all_who_joined_later() {
        let mut both = Both::of(&[0, 0, 0], 3).unwrap();
        let first = both.line.call(&mut both.links).unwrap();
        let second = both.line.call(&mut both.links).unwrap();
        assert!(both.line.rejoin(&mut both.links, second));
        assert!(both.line.rejoin(&mut both.links, first));
        assert!(!both.line.rejoin(&mut both.links, first), "it waits already");
        assert_eq!(both.line.call(&mut both.links), Some(first));
        assert_eq!(both.line.call(&mut both.links), Some(second));
        assert!(both.line.leave(&mut both.links, second), "its token is to be handed on");
    }
}
