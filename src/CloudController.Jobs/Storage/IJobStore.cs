namespace CloudController.Jobs.Storage;

/// <summary>Keeps jobs: the engine's verbs, each one transaction. What a call confirmed has reached the disk.</summary>
/// <remarks>Every method throws <see cref="StoreUnavailableException"/> if the store cannot be reached, is full or damaged; what it was asked to change
/// then either happened whole or not at all. Every method may be called at any time from any thread. All instants are UTC, kept to the millisecond.
/// After a commit a store tells <see cref="JobSignals"/> which jobs changed and whether there is something to claim.</remarks>
public interface IJobStore
{
    /// <summary>Brings the schema up to date, or says with <paramref name="apply"/> false what that would do.</summary>
    /// <returns>Names of the migrations that were (or would be) applied, in order.</returns>
    /// <exception cref="StoreSchemaException">The schema is newer than this program.</exception>
    Task<IReadOnlyList<string>> MigrateAsync(bool apply, CancellationToken cancellationToken);

    /// <summary>Opens the store for work, once, before any other verb but <see cref="MigrateAsync"/>.</summary>
    /// <exception cref="StoreSchemaException">The schema is not this program's.</exception>
    /// <exception cref="StoreInUseException">The store belongs to another process.</exception>
    /// <exception cref="StoreRefusedException">The store does not let this program in.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>How long at most one may go without looking for what no signal told of: work, or the next job that falls due. Longer where the store hears of
    /// every change that other nodes make.</summary>
    TimeSpan LookEvery => TimeSpan.FromSeconds(1);

    /// <summary>Whether the store can be read and written now; throws <see cref="StoreUnavailableException"/> if not.</summary>
    Task CheckAsync(CancellationToken cancellationToken);

    // Submitting

    /// <summary>Keeps all of the jobs, or none.</summary>
    /// <param name="jobs">1 to 1,000, of one owner. Jobs that share one <see cref="IdempotencyKey"/> value and fingerprint were submitted under it together.</param>
    /// <param name="maxOpenPerOwner">How many jobs of one owner may be open (not terminal) at once, these included.</param>
    /// <param name="cancellationToken">Given up before the commit, nothing is kept; after it, everything.</param>
    Task<Submission> SubmitAsync(IReadOnlyList<NewJob> jobs, int maxOpenPerOwner, CancellationToken cancellationToken);

    // Reading

    /// <summary>What v2 shows of a job, in one indexed read; <see langword="null"/> if it is not held.</summary>
    ValueTask<JobStatus?> FindStatusAsync(Guid job, CancellationToken cancellationToken);

    /// <summary>The whole job; <see langword="null"/> if it is not held.</summary>
    ValueTask<Job?> FindAsync(Guid job, CancellationToken cancellationToken);

    /// <summary>Those of the given jobs that are held, whole but without arguments and result, in the order given.</summary>
    Task<IReadOnlyList<Job>> FindManyAsync(IReadOnlyList<Guid> jobs, CancellationToken cancellationToken);

    /// <summary>One page of the jobs that a filter lets through.</summary>
    /// <param name="filter">What to list.</param>
    /// <param name="order">In what order; ties in the order of submission.</param>
    /// <param name="skip">How many to leave out at the front.</param>
    /// <param name="take">How many to return, 0 to 5,000.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <returns>The jobs without arguments and result, and how many there are in all, counted up to 100,000.</returns>
    Task<JobPage> ListAsync(JobFilter filter, JobOrder order, int skip, int take, CancellationToken cancellationToken);

    /// <summary>Every run of a job that left something to tell, oldest first.</summary>
    Task<IReadOnlyList<JobRun>> ListRunsAsync(Guid job, CancellationToken cancellationToken);

    // Explaining

    /// <summary>A job with what its way depends on, read at one moment; <see langword="null"/> if it is not held.</summary>
    Task<JobSituation?> FindSituationAsync(Guid job, CancellationToken cancellationToken);

    /// <summary>How long the newest jobs of an operation that finished had been at work (<see cref="JobLifecycle.ActiveSince"/>), over all queues.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="newest">How many at most.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <returns>In no order.</returns>
    Task<IReadOnlyList<TimeSpan>> ListDurationsAsync(string operation, int newest, CancellationToken cancellationToken);

    /// <summary>Runs that failed, timed out or were lost, by operation and kind: those outside the error catalogue first, then the most frequent.</summary>
    /// <param name="newest">How many of such runs are looked at: those that ended last.</param>
    /// <param name="groups">How many groups are returned at most.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    Task<FailureSummary> SummarizeFailuresAsync(int newest, int groups, CancellationToken cancellationToken);

    // Running

    /// <summary>Writes the ends of runs whose leases still hold, then leases further jobs: a busy worker's one round trip.</summary>
    /// <param name="ends">Runs that ended; any number, in any order. Sent again, an end that was already written is <see cref="SettleResult.LeaseLost"/>.</param>
    /// <param name="claim">What to lease, if anything.</param>
    /// <param name="cancellationToken">Given up before the commit, nothing happens.</param>
    Task<Exchange> SettleAndClaimAsync(IReadOnlyList<Settlement> ends, ClaimRequest? claim, CancellationToken cancellationToken);

    /// <summary>Extends leases and keeps what their runs report, all in one transaction.</summary>
    /// <returns>In the order given: whether the lease still holds, until when, and whether the job is to be cancelled.</returns>
    Task<IReadOnlyList<HeartbeatResult>> HeartbeatAsync(IReadOnlyList<Heartbeat> heartbeats, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>How leases that a holder took stand, also after they ended, until their job is forgotten.</summary>
    /// <returns>In the order given; <see langword="null"/>: no such lease was ever taken by a holder, or its job is forgotten.</returns>
    Task<IReadOnlyList<LeaseStanding?>> FindLeasesAsync(IReadOnlyList<LeaseKey> leases, CancellationToken cancellationToken);

    // Workers

    /// <summary>Keeps a worker's sign of life. It may come many times a second; a store that several nodes share may write repeated ones less
    /// often.</summary>
    Task SawWorkerAsync(WorkerSeen worker, CancellationToken cancellationToken);

    /// <summary>The workers that are live, nodes first, by name.</summary>
    Task<IReadOnlyList<WorkerStatus>> ListWorkersAsync(CancellationToken cancellationToken);

    // Administration

    /// <summary>Cancels a job: ends it if it waits, asks it to stop if it runs.</summary>
    Task<ActionResult> CancelAsync(Guid job, CancellationToken cancellationToken);

    /// <summary>Lets a job that failed, was cancelled or expired run again.</summary>
    Task<ActionResult> RetryAsync(Guid job, CancellationToken cancellationToken);

    /// <summary>Forgets a job that has ended, with its idempotency key and its runs.</summary>
    Task<ActionResult> DeleteAsync(Guid job, CancellationToken cancellationToken);

    /// <summary>Cancels the jobs that a filter lets through, at most <paramref name="limit"/>: first those that have not ended, the oldest
    /// first.</summary>
    Task<ManyResult> CancelManyAsync(JobFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>Lets the jobs that a filter lets through run again, at most <paramref name="limit"/>: first those that failed, were cancelled or
    /// expired, the oldest first.</summary>
    Task<ManyResult> RetryManyAsync(JobFilter filter, int limit, CancellationToken cancellationToken);

    // Queues

    /// <summary>Every queue that holds a job or has been paused or limited, by name.</summary>
    Task<IReadOnlyList<QueueStatus>> ListQueuesAsync(CancellationToken cancellationToken);

    /// <summary>One queue; one never used has nothing but zeros.</summary>
    Task<QueueStatus> FindQueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Stops claims from a queue on all nodes until it is resumed; what runs goes on. Pausing a paused queue keeps who paused it first and why.</summary>
    Task PauseQueueAsync(string queue, QueuePause pause, CancellationToken cancellationToken);

    /// <summary>Lets a queue be claimed from again.</summary>
    Task ResumeQueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Changes how many jobs of a queue may run, or start, over all nodes together. Claims that are made from now on heed it.</summary>
    Task LimitQueueAsync(string queue, QueueLimitsChange change, CancellationToken cancellationToken);

    // Operations

    /// <summary>Every operation, over all queues, that a job has or that has been paused, by name.</summary>
    Task<IReadOnlyList<QueueStatus>> ListOperationsAsync(CancellationToken cancellationToken);

    /// <summary>One operation, over all queues; one never used has nothing but zeros.</summary>
    Task<QueueStatus> FindOperationAsync(string operation, CancellationToken cancellationToken);

    /// <summary>Stops claims of an operation, from whatever queue, on all nodes until it is resumed; what runs goes on. Pausing a paused one keeps
    /// who paused it first and why.</summary>
    Task PauseOperationAsync(string operation, QueuePause pause, CancellationToken cancellationToken);

    /// <summary>Lets an operation be claimed again.</summary>
    Task ResumeOperationAsync(string operation, CancellationToken cancellationToken);

    // Activity

    /// <summary>Adds to what happened within some minutes, and forgets minutes that are older than <see cref="ActivityMinute.KeptFor"/> before the
    /// latest of them.</summary>
    /// <param name="minutes">1 to 1,000.</param>
    /// <param name="cancellationToken">Given up before the commit, nothing is kept.</param>
    Task AddActivityAsync(IReadOnlyList<ActivityMinute> minutes, CancellationToken cancellationToken);

    /// <summary>The minutes since an instant in which anything happened, over all nodes, oldest first.</summary>
    Task<IReadOnlyList<ActivityMinute>> ListActivityAsync(DateTimeOffset since, CancellationToken cancellationToken);

    // Callbacks

    /// <summary>Leases to this node ended jobs whose callback is due, those due longest first. One that is not recorded within
    /// <paramref name="lease"/> falls due again. That an end is due needs no other call: it is so from the commit that ended the job.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="lease">For how long.</param>
    /// <param name="except">Hosts (<see cref="JobCallback.Host"/>) of which none are wanted.</param>
    /// <param name="exceptOwners">Owners of whose jobs none are wanted.</param>
    /// <param name="cancellationToken">Given up before the commit, nothing is leased.</param>
    Task<IReadOnlyList<DueCallback>> ClaimCallbacksAsync(
        int limit, TimeSpan lease, IReadOnlyCollection<string> except, IReadOnlyCollection<JobOwner> exceptOwners, CancellationToken cancellationToken);

    /// <summary>Keeps what a try to tell an end came to, unless another node has taken it since. Where the job was retried meanwhile, its history is kept
    /// and its next end is due as ever.</summary>
    /// <returns>Whether it was kept.</returns>
    Task<bool> RecordCallbackAsync(CallbackRecord record, CancellationToken cancellationToken);

    // Maintenance

    /// <summary>Makes claimable what has come due, and expires what had not started in time; at most <paramref name="limit"/> of each.</summary>
    /// <returns>How many moved, and when the next one falls due, if any is known.</returns>
    Task<DueResult> PromoteDueAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Runs that must be ended without their worker's word: lease expired, running time used up, or silent since a cancel. One whose lease has a
    /// holder has not expired before it could be extended for its full length: not while the store is out of reach, nor right after.</summary>
    Task<IReadOnlyList<OverdueRun>> FindOverdueAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Forgets jobs that ended longer ago than their retention, at most <paramref name="limit"/>.</summary>
    /// <returns>How many went.</returns>
    Task<int> PruneAsync(Retention retention, int limit, CancellationToken cancellationToken);

    /// <summary>A secret of the store, made at its first use and the same for every node.</summary>
    Task<byte[]> GetSecretAsync(string name, CancellationToken cancellationToken);
}
