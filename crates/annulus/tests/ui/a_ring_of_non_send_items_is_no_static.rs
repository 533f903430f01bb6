use annulus::spsc::Ring;
use std::rc::Rc;

static RING: Ring<Rc<u8>, 2> = Ring::new();

fn main() {
    let _ = RING.try_split();
}
