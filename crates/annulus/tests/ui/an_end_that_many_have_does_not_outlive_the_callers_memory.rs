use annulus::mpmc::{Control, Turn, in_memory};
use std::mem::MaybeUninit;

fn main() {
    let control = Control::new();
    let mut slots = [const { MaybeUninit::<u8>::uninit() }; 2];
    let (producer, _consumer) = {
        let mut turns = [const { Turn::new() }; 2];
        in_memory(&control, &mut turns, &mut slots)
    };
    producer.clone().push(1).unwrap();
}
