/** The Open Inference Protocol on the models that Tidewatch serves. */
@NullMarked
package dev.tidewatch.inference.oip;

import org.jspecify.annotations.NullMarked;
