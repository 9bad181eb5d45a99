/* Multiplies two numbers, with a database: dbtool 6 7 */
#include <sqlite3.h>
#include <stdio.h>

int main(int argc, char **argv) {
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    int status = argc == 3 ? 1 : 2;
    if (argc != 3) {
        fprintf(stderr, "usage: dbtool NUMBER NUMBER\n");
    } else if (sqlite3_open(":memory:", &database) != SQLITE_OK
        || sqlite3_prepare_v2(database, "select cast(?1 as integer) * cast(?2 as integer)", -1, &statement, NULL) != SQLITE_OK
        || sqlite3_bind_text(statement, 1, argv[1], -1, SQLITE_STATIC) != SQLITE_OK
        || sqlite3_bind_text(statement, 2, argv[2], -1, SQLITE_STATIC) != SQLITE_OK
        || sqlite3_step(statement) != SQLITE_ROW) {
        fprintf(stderr, "dbtool: %s\n", sqlite3_errmsg(database));
    } else {
        printf("%lld\n", (long long)sqlite3_column_int64(statement, 0));
        status = 0;
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return status;
}
