/** PostgreSQL, embedded or elsewhere: pool, migrations, jOOQ. */
@NullMarked
package dev.tidewatch.serverkit.database;

import org.jspecify.annotations.NullMarked;
