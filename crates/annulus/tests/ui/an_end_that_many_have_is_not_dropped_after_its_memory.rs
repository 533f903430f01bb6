use annulus::mpmc::{Control, Turn, in_memory};
use std::mem::MaybeUninit;

fn main() {
    let _ends;
    let control = Control::new();
    let mut turns = [const { Turn::new() }; 2];
    let mut slots = [const { MaybeUninit::<u8>::uninit() }; 2];
    _ends = in_memory(&control, &mut turns, &mut slots);
}
