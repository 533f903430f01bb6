use annulus::frames::{Buffer, Control, in_memory};

fn main() {
    let (_writer, mut reader) = {
        let mut buffer = Buffer::<2>::new();
        buffer.split()
    };
    let _ = reader.read();

    let control = Control::new();
    let (_writer, mut reader) = {
        let mut memory = [0; 2];
        in_memory(&control, &mut memory)
    };
    let _ = reader.read();
}
