using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite.Tests;

public sealed class OwnershipTests : IDisposable
{
    private readonly StoreFolder folder = new();

    [Fact]
    public async Task A_second_store_of_the_same_file_is_refused_until_the_first_is_closed()
    {
        await using (await folder.OpenAsync())
        {
            await using var second = folder.Store();

            await Assert.ThrowsAsync<StoreInUseException>(() => second.OpenAsync(CancellationToken.None));
            await Assert.ThrowsAsync<StoreInUseException>(() => second.MigrateAsync(apply: true, CancellationToken.None));
        }

        await using var next = await folder.OpenAsync();
        await next.CheckAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_a_migration_would_do_can_be_asked_while_the_store_is_in_use()
    {
        await using var first = await folder.OpenAsync();
        await using var second = folder.Store();

        Assert.Empty(await second.MigrateAsync(apply: false, CancellationToken.None));
    }

    [Fact]
    public async Task Asking_what_a_migration_would_do_makes_no_file()
    {
        await using var store = folder.Store();

        Assert.Equal(SqliteMigrations.After(0), await store.MigrateAsync(apply: false, CancellationToken.None));
        Assert.False(File.Exists(folder.Database));
    }

    [Fact]
    public async Task Only_its_owner_can_read_the_file()
    {
        await using var store = await folder.OpenAsync();

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(folder.Database) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_one_sentence()
    {
        await using (await folder.OpenAsync())
        {
        }

        folder.Run("PRAGMA user_version = 99");
        await using var store = folder.Store();

        var refusal = await Assert.ThrowsAsync<StoreSchemaException>(() => store.OpenAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StoreSchemaException>(() => store.MigrateAsync(apply: true, CancellationToken.None));
        await Assert.ThrowsAsync<StoreSchemaException>(() => store.MigrateAsync(apply: false, CancellationToken.None));
        var known = SqliteMigrations.After(0).Count;
        Assert.Equal($"The store's schema is version 99; this program knows versions up to {known}.", refusal.Message);
    }

    [Fact]
    public async Task A_store_that_was_never_migrated_is_refused()
    {
        File.WriteAllBytes(folder.Database, []);
        await using var store = folder.Store();

        await Assert.ThrowsAsync<StoreSchemaException>(() => store.OpenAsync(CancellationToken.None));
    }

    public void Dispose() => folder.Dispose();
}
