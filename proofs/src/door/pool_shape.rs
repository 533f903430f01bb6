//! A door into the shape of a pool, over bits. Appended to the shipped text as a child module.
use super::Shape;
use crate::symbolic::bits::Word;

macro_rules! through {
    ($($name:ident($($word:ident),*) -> $is:ty;)*) => {
        $(pub(crate) fn $name(shape: Shape, $($word: Word),*) -> $is { shape.$name($($word),*) })*
    };
}

through! {
    index(at) -> Word;
    lap(at) -> Word;
    next(at) -> Word;
    lap_later(at) -> Word;
    sealed(word) -> Word;
    is_sealed(word) -> bool;
    filled(word, at) -> Word;
    emptied(word, at) -> Word;
    nth(n) -> Word;
    plus(at, by) -> Word;
    minus(by) -> Word;
    between(from, to) -> Word;
}

pub(crate) fn shape(below: Word, size: Word) -> Shape {
    Shape { below, size }
}
