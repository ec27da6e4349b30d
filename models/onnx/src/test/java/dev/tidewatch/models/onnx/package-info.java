@NullMarked
package dev.tidewatch.models.onnx;

import org.jspecify.annotations.NullMarked;
