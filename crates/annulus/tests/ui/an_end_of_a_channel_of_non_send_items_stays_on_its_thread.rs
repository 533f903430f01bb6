use std::rc::Rc;

fn main() {
    let (_sender, receiver) = annulus::mpmc::channel::<Rc<u8>>(2);
    std::thread::spawn(move || drop(receiver));
}
