//! Terms, and the exploration of every path by running the text again.
//!
//! A position is an unbounded integer here; the product keeps it modulo `M`. So each wrapping subtraction carries an
//! obligation of its own: the true distance lies in `0 .. M`, and therefore the wrapped one equals it. Words that are
//! compared carry a like one. `M` is a constant that no proof fixes: one proof serves every width, and every wrap.
//!
//! Where a difference may be a position too ([`differences`]), it owes nothing before it is compared as a count; and what leaves the
//! text as a count is an obligation of the scenario. Against a hostile peer distances are not true, so there ([`wrapping`]) a term
//! is what the machine would compute.
use crate::solver::{Answer, Dialogue};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// A term: the number of its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sym(pub(crate) usize);

pub(crate) const ZERO: Sym = Sym(0);
pub(crate) const ONE: Sym = Sym(1);
/// The number of values that a word has.
pub(crate) const M: Sym = Sym(2);
pub(crate) const TWO: Sym = Sym(4);

impl Sym {
    /// The largest word.
    pub(crate) const MAX: Sym = Sym(3);
}

/// A statement about terms.
#[derive(Clone, Debug)]
pub(crate) struct Formula(String);

/// A decision at a branch.
#[derive(Clone, Copy, Debug)]
struct Decision {
    yes: bool,
    /// Whether the other way is still to be explored.
    open: bool,
    /// Whether both ways are explored: each has its own level in the script.
    forked: bool,
}

/// An obligation that does not hold.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) obligation: &'static str,
    /// A counterexample, or why there is none.
    pub(crate) example: String,
    /// Whether there is a counterexample: a solver that gave up has refuted nothing.
    pub(crate) refuted: bool,
}

/// What one scenario came to.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) obligations: usize,
    pub(crate) paths: usize,
    pub(crate) failures: Vec<Failure>,
    pub(crate) z3: Duration,
    /// All that z3 found impossible, for cvc5 to confirm, and the first name of each question.
    script: String,
    nonlinear: bool,
    bits: bool,
    pub(crate) expected: Vec<&'static str>,
}

impl Outcome {
    /// The whole script for cvc5.
    pub(crate) fn script(&self) -> String {
        let logic = match (self.bits, self.nonlinear) {
            (true, _) => "QF_BV",
            (_, true) => "QF_NIA",
            _ => "QF_LIA",
        };
        format!("(set-logic {logic})\n{}", self.script)
    }
}

/// How a path computes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arithmetic {
    /// Over the integers: a difference is a distance, which is a word.
    Distances,
    /// Over the integers: a difference is a position or a count.
    Differences,
    /// Modulo `M`.
    Wrapping,
}

struct Run {
    z3: Dialogue,
    names: Vec<String>,
    declared: Vec<String>,
    plan: Vec<Decision>,
    taken: Vec<Decision>,
    arithmetic: Arithmetic,
    /// After a failure, when the first is enough: the rest of the path is run, but nobody is asked.
    enough: bool,
    stop_at_first: bool,
    /// What some path has to come to, and whether one did.
    ends: Vec<(&'static str, bool)>,
    /// What z3 found impossible since the last assumption.
    to_confirm: Vec<(&'static str, String)>,
    out: Outcome,
}

thread_local!(static RUN: RefCell<Option<Run>> = const { RefCell::new(None) });

fn with<R>(f: impl FnOnce(&mut Run) -> R) -> R {
    RUN.with_borrow_mut(|r| f(r.as_mut().expect("terms live inside `explore`")))
}

impl Run {
    /// z3 is told all of every path; the script, only what an earlier path has not said.
    fn tell(&mut self, text: &str) {
        self.z3.tell(text);
        if !self.is_replay() {
            self.write(text);
        }
    }

    fn assert(&mut self, formula: &str) {
        self.ask_to_confirm();
        self.tell(&format!("(assert {formula})"));
    }

    fn write(&mut self, text: &str) {
        self.out.script.push_str(text);
        self.out.script.push('\n');
    }

    fn name(&mut self, name: String) -> Sym {
        self.names.push(name);
        Sym(self.names.len() - 1)
    }

    /// What lies before the last decision of the plan was checked on an earlier path.
    fn is_replay(&self) -> bool {
        self.taken.len() < self.plan.len()
    }

    /// Whether `formula` is impossible; if so cvc5 is asked to confirm it.
    fn is_impossible(&mut self, what: &'static str, formula: &str) -> bool {
        let impossible = self.z3.check(formula) == Answer::Unsat;
        if impossible {
            self.to_confirm.push((what, formula.to_string()));
        }
        impossible
    }

    /// All that is impossible under the same assumptions is one question to cvc5: whether any of it is possible.
    fn ask_to_confirm(&mut self) {
        let Some(&(first, _)) = self.to_confirm.first() else { return };
        let any: Vec<String> = self.to_confirm.drain(..).map(|(_, f)| f).collect();
        self.out
            .script
            .push_str(&format!("(push 1)(assert (or false {}))(check-sat)(pop 1)\n", any.join(" ")));
        self.out.expected.push(first);
    }

    fn branch(&mut self, yes: &str) -> bool {
        let no = format!("(not {yes})");
        let decision = if let Some(&planned) = self.plan.get(self.taken.len()) {
            planned
        } else if self.enough || self.is_impossible("a branch is not taken", &no) {
            Decision { yes: true, open: false, forked: false }
        } else {
            let possible = !self.is_impossible("a branch is not taken", yes);
            Decision { yes: possible, open: possible, forked: possible }
        };
        self.taken.push(decision);
        self.ask_to_confirm();
        if decision.open && !self.is_replay() {
            self.write("(push 1)");
        }
        self.assert(if decision.yes { yes } else { &no });
        decision.yes
    }

    fn prove(&mut self, obligation: &'static str, formula: &str) {
        if self.is_replay() || self.enough {
            return;
        }
        self.out.obligations += 1;
        if formula == "true" {
            return; // the run itself knows
        }
        let opposite = format!("(not {formula})");
        if !self.is_impossible(obligation, &opposite) {
            let refuted = self.z3.check(&opposite) == Answer::Sat;
            let example = match refuted {
                true => self.z3.example(&opposite, &self.declared),
                false => "z3 gives up".into(),
            };
            self.out.failures.push(Failure { obligation, example, refuted });
            self.enough = self.stop_at_first;
        }
    }
}

/// Runs `scenario` along every path. A scenario with no feasible path fails: it would prove anything.
/// `bits`: whether its terms are bits.
pub(crate) fn explore(scenario: fn(), bits: bool, stop_at_first: bool) -> Outcome {
    let mut z3 = Dialogue::start();
    let mut out = Outcome::default();
    let first = if bits { "(set-logic QF_BV)" } else { "(declare-const M Int)" };
    z3.tell(&format!("(set-option :print-success false)(set-option :timeout 20000){first}"));
    if !bits {
        out.script.push_str("(declare-const M Int)\n");
    }
    out.bits = bits;
    let mut plan = vec![];
    let mut wanted = true;
    let mut run = Run {
        z3,
        names: vec![],
        declared: vec![],
        plan: vec![],
        taken: vec![],
        arithmetic: Arithmetic::Distances,
        enough: false,
        stop_at_first,
        ends: vec![],
        to_confirm: vec![],
        out,
    };
    while wanted {
        run.names = vec!["0".into(), "1".into(), "M".into(), "(- M 1)".into(), "2".into()];
        run.declared = if bits { vec![] } else { vec!["M".into()] };
        run.plan = std::mem::take(&mut plan);
        run.taken.clear();
        run.arithmetic = Arithmetic::Distances;
        run.z3.tell("(push 1)");
        RUN.set(Some(run));
        if let Err(other) = catch_unwind(AssertUnwindSafe(scenario)).map_err(|e| e.downcast::<Cut>())
            && let Err(panic) = other
        {
            resume_unwind(panic);
        }
        run = RUN.take().expect("`explore` is not nested");
        if run.z3.check("true") == Answer::Sat {
            run.out.paths += 1;
        }
        run.ask_to_confirm();
        run.z3.tell("(pop 1)");
        plan = std::mem::take(&mut run.taken);
        while let Some(done) = plan.pop_if(|d| !d.open) {
            if done.forked {
                run.write("(pop 1)");
            }
        }
        match plan.last_mut() {
            Some(last) => {
                *last = Decision { yes: false, open: false, forked: true };
                run.write("(pop 1)(push 1)");
            }
            None => wanted = false,
        }
        wanted &= !run.enough;
    }
    if run.out.paths == 0 {
        let example = "its assumptions contradict each other".into();
        run.out.failures.push(Failure { obligation: "some path is feasible", example, refuted: false });
    }
    for (end, _) in run.ends.iter().filter(|(_, reached)| !reached && !run.enough) {
        let example = format!("none comes to: {end}");
        run.out.failures.push(Failure { obligation: "some path comes to each end", example, refuted: true });
    }
    run.out.z3 = run.z3.waited;
    run.out
}

/// Why a path ends before its scenario does.
struct Cut;

/// Ends this path: what comes after is explored on another one.
pub(crate) fn cut() -> ! {
    resume_unwind(Box::new(Cut))
}

/// Ends that the scenario has to come to: otherwise its assumptions leave something out.
pub(crate) fn expect_ends(ends: &[&'static str]) {
    with(|r| {
        if r.ends.is_empty() {
            r.ends = ends.iter().map(|&end| (end, false)).collect();
        }
    });
}

/// This path has come to `end`, if it is feasible.
pub(crate) fn comes_to(end: &'static str) {
    may_come_to(end, &known(true));
}

/// The same, where `f` holds.
pub(crate) fn may_come_to(end: &'static str, f: &Formula) {
    with(|r| {
        let i = r.ends.iter().position(|e| e.0 == end).expect("the end is one of those expected");
        if !r.ends[i].1 {
            r.ends[i].1 = r.z3.check(&f.0) == Answer::Sat;
        }
    });
}

/// Whether `f` holds; both ways are explored if both are possible.
pub(crate) fn decide(f: &Formula) -> bool {
    with(|r| r.branch(&f.0))
}

/// From here on this path computes as the machine does, modulo `M`.
pub(crate) fn wrapping() {
    with(|r| r.arithmetic = Arithmetic::Wrapping);
}

/// From here on a difference of this path may be a position.
pub(crate) fn differences() {
    with(|r| r.arithmetic = Arithmetic::Differences);
}

fn arithmetic() -> Arithmetic {
    with(|r| r.arithmetic)
}

/// Any integer at all.
pub(crate) fn fresh(name: &str) -> Sym {
    fresh_of("Int", name)
}

/// Any value of the sort.
pub(crate) fn fresh_of(sort: &str, name: &str) -> Sym {
    with(|r| {
        let name = format!("{name}_{}", r.names.len());
        r.tell(&format!("(declare-const {name} {sort})"));
        r.declared.push(name.clone());
        r.name(name)
    })
}

/// Both ways are explored.
pub(crate) fn choose(name: &str) -> bool {
    let bits = with(|r| r.out.bits);
    let any = fresh_of(if bits { "Bool" } else { "Int" }, name);
    with(|r| {
        let any = &r.names[any.0];
        let f = if bits { any.clone() } else { format!("(= {any} 1)") };
        r.branch(&f)
    })
}

fn defined(body: impl FnOnce(&[String]) -> String) -> Sym {
    defined_of("Int", body)
}

/// A term of the sort, from the names of others.
pub(crate) fn defined_of(sort: &str, body: impl FnOnce(&[String]) -> String) -> Sym {
    with(|r| {
        let body = body(&r.names);
        let name = format!("t{}", r.names.len());
        r.tell(&format!("(define-fun {name} () {sort} {body})"));
        r.name(name)
    })
}

/// Arithmetic of the specification: no wrap, no obligation.
pub(crate) fn plus(a: Sym, b: Sym) -> Sym {
    defined(|n| format!("(+ {} {})", n[a.0], n[b.0]))
}

/// The same.
pub(crate) fn minus(a: Sym, b: Sym) -> Sym {
    defined(|n| format!("(- {} {})", n[a.0], n[b.0]))
}

/// The same.
pub(crate) fn times(a: Sym, b: Sym) -> Sym {
    with(|r| r.out.nonlinear = true);
    defined(|n| format!("(* {} {})", n[a.0], n[b.0]))
}

/// What the machine computes for `a - b` of two words.
pub(crate) fn wrapped_minus(a: Sym, b: Sym) -> Sym {
    defined(|n| format!("(let ((d (- {} {}))) (ite (<= 0 d) d (+ d M)))", n[a.0], n[b.0]))
}

/// What the machine computes for `a + b` of two words.
pub(crate) fn wrapped_plus(a: Sym, b: Sym) -> Sym {
    defined(|n| format!("(let ((d (+ {} {}))) (ite (< d M) d (- d M)))", n[a.0], n[b.0]))
}

/// A statement, from the names of terms.
pub(crate) fn formula(body: impl FnOnce(&[String]) -> String) -> Formula {
    with(|r| Formula(body(&r.names)))
}

pub(crate) fn le(a: Sym, b: Sym) -> Formula {
    formula(|n| format!("(<= {} {})", n[a.0], n[b.0]))
}

pub(crate) fn lt(a: Sym, b: Sym) -> Formula {
    formula(|n| format!("(< {} {})", n[a.0], n[b.0]))
}

pub(crate) fn eq(a: Sym, b: Sym) -> Formula {
    formula(|n| format!("(= {} {})", n[a.0], n[b.0]))
}

/// `a <= b <= c ...`
pub(crate) fn ordered(terms: &[Sym]) -> Formula {
    formula(|n| format!("(<= {})", terms.iter().map(|t| n[t.0].as_str()).collect::<Vec<_>>().join(" ")))
}

pub(crate) fn all<const N: usize>(parts: [Formula; N]) -> Formula {
    Formula(format!("(and {})", parts.map(|f| f.0).join(" ")))
}

pub(crate) fn either(a: Formula, b: Formula) -> Formula {
    Formula(format!("(or {} {})", a.0, b.0))
}

pub(crate) fn implies(a: Formula, b: Formula) -> Formula {
    Formula(format!("(=> {} {})", a.0, b.0))
}

pub(crate) fn not(a: Formula) -> Formula {
    Formula(format!("(not {})", a.0))
}

/// `then` where `f` holds, else `other`.
pub(crate) fn choice(f: &Formula, then: Sym, other: Sym) -> Sym {
    defined(|n| format!("(ite {} {} {})", f.0, n[then.0], n[other.0]))
}

/// A fact that the run itself knows.
pub(crate) fn known(fact: bool) -> Formula {
    Formula(fact.to_string())
}

pub(crate) fn assume(f: Formula) {
    with(|r| r.assert(&f.0));
}

/// An obligation, under what was assumed and decided so far.
pub(crate) fn prove(obligation: &'static str, f: Formula) {
    with(|r| r.prove(obligation, &f.0));
}

/// A word: a value that the machine can hold.
pub(crate) fn is_word(a: Sym) -> Formula {
    all([le(ZERO, a), lt(a, M)])
}

impl Sym {
    pub(crate) fn wrapping_add(self, other: Sym) -> Sym {
        if arithmetic() == Arithmetic::Wrapping { wrapped_plus(self, other) } else { plus(self, other) }
    }

    pub(crate) fn wrapping_sub(self, other: Sym) -> Sym {
        let arithmetic = arithmetic();
        if arithmetic == Arithmetic::Wrapping {
            return wrapped_minus(self, other);
        }
        let difference = minus(self, other);
        if arithmetic == Arithmetic::Distances {
            prove("a wrapped distance equals the true one", is_word(difference));
        }
        difference
    }

    pub(crate) fn min(self, other: Sym) -> Sym {
        if self < other { self } else { other }
    }

    /// `<` and `<=` compare counts: a count that does not fit in a word would compare as something else.
    fn compared(self, other: Sym, f: Formula) -> bool {
        if arithmetic() != Arithmetic::Wrapping {
            prove("counts that are compared fit in a word", all([is_word(self), is_word(other)]));
        }
        with(|r| r.branch(&f.0))
    }
}

impl std::ops::Rem for Sym {
    type Output = Sym;
    fn rem(self, other: Sym) -> Sym {
        with(|r| r.out.nonlinear = true);
        defined(|n| format!("(mod {} {})", n[self.0], n[other.0]))
    }
}

impl PartialEq for Sym {
    fn eq(&self, other: &Sym) -> bool {
        if arithmetic() != Arithmetic::Wrapping {
            let (a, b) = (minus(*self, *other), minus(*other, *self));
            prove("words that are compared lie less than a wrap apart", all([lt(a, M), lt(b, M)]));
        }
        let f = eq(*self, *other);
        with(|r| r.branch(&f.0))
    }
}

impl PartialOrd for Sym {
    fn partial_cmp(&self, _: &Sym) -> Option<std::cmp::Ordering> {
        unimplemented!("the shipped text compares with `<`, `<=` and `min` alone")
    }

    fn lt(&self, other: &Sym) -> bool {
        self.compared(*other, lt(*self, *other))
    }

    fn le(&self, other: &Sym) -> bool {
        self.compared(*other, le(*self, *other))
    }
}
