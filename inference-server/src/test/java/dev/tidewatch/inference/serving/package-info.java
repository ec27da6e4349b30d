@NullMarked
package dev.tidewatch.inference.serving;

import org.jspecify.annotations.NullMarked;
