/** A window of text, scored again every so many frames, around DJL's ONNX Runtime engine. */
@org.jspecify.annotations.NullMarked
package dev.weir.peers.djl;
