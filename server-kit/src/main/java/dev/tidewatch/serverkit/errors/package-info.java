/** The errors that a domain throws; each becomes one gRPC status with one stable reason. */
@NullMarked
package dev.tidewatch.serverkit.errors;

import org.jspecify.annotations.NullMarked;
