/** What every RPC answers to input that is wrong. */
@NullMarked
package dev.tidewatch.systemtests.badinput;

import org.jspecify.annotations.NullMarked;
