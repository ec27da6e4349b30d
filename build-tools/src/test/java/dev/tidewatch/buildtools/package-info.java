@NullMarked
package dev.tidewatch.buildtools;

import org.jspecify.annotations.NullMarked;
