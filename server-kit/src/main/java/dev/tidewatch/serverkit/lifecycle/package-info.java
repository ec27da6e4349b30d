/** Opening in order, working in rounds, closing in reverse, and leaving on a signal. */
@NullMarked
package dev.tidewatch.serverkit.lifecycle;

import org.jspecify.annotations.NullMarked;
