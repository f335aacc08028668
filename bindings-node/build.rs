//! Sets what the linker needs for a Node extension.
fn main() {
    napi_build::setup();
}
