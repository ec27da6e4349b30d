/**
 * What the tests of the servers share: databases, what a call was refused for, and saying what was
 * not run.
 */
@NullMarked
package dev.tidewatch.serverkit.testing;

import org.jspecify.annotations.NullMarked;
