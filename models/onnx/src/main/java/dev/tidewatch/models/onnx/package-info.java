/** Networks as ONNX files: writing them, and running them on ONNX Runtime. */
@NullMarked
package dev.tidewatch.models.onnx;

import org.jspecify.annotations.NullMarked;
