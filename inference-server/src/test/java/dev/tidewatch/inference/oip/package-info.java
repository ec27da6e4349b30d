@NullMarked
package dev.tidewatch.inference.oip;

import org.jspecify.annotations.NullMarked;
