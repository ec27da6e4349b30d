@NullMarked
package dev.tidewatch.serverkit.lifecycle;

import org.jspecify.annotations.NullMarked;
