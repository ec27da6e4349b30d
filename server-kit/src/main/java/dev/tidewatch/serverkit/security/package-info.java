/** Who calls, and what they may: API keys, scopes, rate limits, TLS. */
@NullMarked
package dev.tidewatch.serverkit.security;

import org.jspecify.annotations.NullMarked;
