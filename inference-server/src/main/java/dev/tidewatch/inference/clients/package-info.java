/** The other servers as this one calls them; messages of the wire stop here. */
@NullMarked
package dev.tidewatch.inference.clients;

import org.jspecify.annotations.NullMarked;
