//! Imports over HTTP: a file is sent, a mapping proposed, the import tried, done and undone.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::job::{Wanted, mapping};
use super::mapping::{ImportKind, check, propose};
use super::read::{ReadOptions, Record, open};
use super::upload::{self, Upload, UploadError};
use super::view::{About, For, ImportView, ImportsView, NewImport, ProposalView, UploadView};
use super::{list, show};
use crate::app::{App, AppError};
use crate::audit::{self, By, Entry};
use crate::http::body::{Body, Params, segment};
use crate::http::problem::{Code, Problem};
use crate::http::{Ids, Site};
use crate::jobs::Kind;
use crate::jobs::serve::{JobView, accept};
use crate::language::Language;

/// Rows that are shown with a proposal.
const SAMPLE: usize = 10;
/// Imports that are listed.
const LISTED: u64 = 200;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(upload_import))
        .routes(routes!(propose_mapping))
        .routes(routes!(list_imports, run_import))
        .routes(routes!(read_import))
        .routes(routes!(undo_import))
        .routes(routes!(read_rejects))
}

/// Takes a file in to be imported: the body is the file itself, at most 1 GiB of CSV (also compressed by gzip), XLSX or Parquet.
#[utoipa::path(post, path = "/v1/imports/uploads", tag = "imports", params(About),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file."),
    responses((status = CREATED, description = "The file.", body = UploadView)))]
async fn upload_import(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Params(About { name }): Params<About>,
    request: Request,
) -> Result<(StatusCode, Json<UploadView>), Problem> {
    let plain =
        (1..=100).contains(&name.chars().count()) && !name.starts_with('.') && !name.chars().any(|c| c.is_control() || "/\\".contains(c));
    if !plain {
        let why = "1 to 100 characters, without slashes and control characters, and not beginning with a dot";
        return Err(Problem::parameter("name", why));
    }
    let id = ids.id("upl");
    let bytes = upload::receive(&app, &id, &name, request.into_body().into_data_stream()).await.map_err(|error| match error {
        UploadError::TooLarge => Problem::new(Code::TooLarge).saying(error.to_string()),
        UploadError::Cut => Problem::new(Code::InvalidBody).saying(error.to_string()),
        UploadError::Folder(_) => Problem::new(Code::Refused).saying(error.to_string()),
    })?;
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    let upload = &Upload { id, name, bytes, uploaded_by: by.actor.clone(), uploaded_at: app.now() };
    let by = &by;
    app.db
        .write(|tx| async move {
            upload::insert(&tx, upload).await?;
            let after = Some(serde_json::json!(UploadView::from(upload)).to_string());
            let entry =
                Entry { action: "upload_import", member: None, subject: format!("upload:{}", upload.id), before: None, after, why: None };
            audit::append(&tx, vec![(by.clone(), entry)], upload.uploaded_at).await
        })
        .await?;
    Ok((StatusCode::CREATED, Json(UploadView::from(upload))))
}

/// Shows what a file holds, and proposes how its columns become fields.
#[utoipa::path(get, path = "/v1/imports/uploads/{upload}/proposal", tag = "imports", params(("upload" = String, Path, description = "The upload's id."), For),
    responses((status = OK, description = "The columns, the first rows, and a mapping.", body = ProposalView)))]
async fn propose_mapping(
    State(app): State<App>,
    Path(id): Path<String>,
    Params(wanted): Params<For>,
) -> Result<Json<ProposalView>, Problem> {
    let kind = kind(&wanted.kind).map_err(|why| Problem::parameter("kind", why))?;
    let upload = upload::find(app.db.read(), &id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let path = upload::path(&app, &upload)?;
    let options = ReadOptions { encoding: wanted.encoding, delimiter: None, sheet: wanted.sheet };
    let looked = tokio::task::spawn_blocking(move || looked(&path, &options, kind)).await.map_err(|_| Problem::new(Code::Internal))?;
    looked.map(Json).map_err(|why| Problem::new(Code::Refused).saying(why))
}

fn looked(path: &std::path::Path, options: &ReadOptions, kind: ImportKind) -> Result<ProposalView, String> {
    let mut records = open(path, options).map_err(|error| error.to_string())?;
    let columns = records.header().to_vec();
    let proposal = propose(&columns, kind);
    let problems = check(&proposal.mapping, &columns).err().unwrap_or_default();
    let (mut sample, mut record) = (Vec::new(), Record::default());
    while sample.len() < SAMPLE && records.next(&mut record).is_ok_and(|more| more) {
        sample.push(record.fields.clone());
    }
    Ok(ProposalView {
        columns,
        sample,
        mapping: proposal.mapping.to_toml(),
        unused: proposal.unused,
        problems: problems.iter().map(ToString::to_string).collect(),
    })
}

/// Imports a file, or tries it, as a job. Its result tells what it came to and the first rejected rows; all of them are under its rejects.
#[utoipa::path(post, path = "/v1/imports", tag = "imports", request_body = NewImport, responses((status = ACCEPTED, description = "The job.", body = JobView)))]
async fn run_import(State(app): State<App>, by: By, ids: Ids, Body(new): Body<NewImport>) -> Result<Response, Problem> {
    kind(&new.kind).map_err(|why| Problem::field("kind", why))?;
    if let Some(text) = &new.mapping {
        let mapping = mapping(text).map_err(|why| Problem::field("mapping", why))?;
        if mapping.kind.name() != new.kind {
            return Err(Problem::field("mapping", format!("it is for {}, not for {}", mapping.kind.name(), new.kind)));
        }
    }
    if upload::find(app.db.read(), &new.upload).await?.is_none() {
        return Err(Problem::field("upload", "there is no such file, or not any more"));
    }
    app.timeline()?;
    let NewImport { upload, kind, mapping, dry_run, live, known_members_only, encoding, sheet } = new;
    let wanted = Wanted { upload, kind, mapping, dry_run, live, known_members_only, encoding, sheet };
    accept(&app, &by, &ids, Kind::Import, &wanted).await
}

/// Lists the last 200 imports, the newest first.
#[utoipa::path(get, path = "/v1/imports", tag = "imports", responses((status = OK, description = "The imports.", body = ImportsView)))]
async fn list_imports(State(app): State<App>, language: Language) -> Result<Json<ImportsView>, Problem> {
    Ok(Json(ImportsView { items: list(&app, LISTED).await?.into_iter().map(|begun| ImportView::of(begun, app.now(), language)).collect() }))
}

/// Shows an import.
#[utoipa::path(get, path = "/v1/imports/{import}", tag = "imports", params(("import" = String, Path, description = "Its id.")),
    responses((status = OK, description = "The import.", body = ImportView)))]
async fn read_import(State(app): State<App>, language: Language, Path(id): Path<String>) -> Result<Json<ImportView>, Problem> {
    Ok(Json(ImportView::of(found(&app, &id).await?, app.now(), language)))
}

/// Takes an import back, as a job: its facts are retracted, members and contacts are as they were.
#[utoipa::path(post, path = "/v1/imports/{import}/undo", tag = "imports", params(("import" = String, Path, description = "Its id.")),
    responses((status = ACCEPTED, description = "The job.", body = JobView)))]
async fn undo_import(State(app): State<App>, by: By, ids: Ids, Path(id): Path<String>) -> Result<Response, Problem> {
    found(&app, &id).await?;
    accept(&app, &by, &ids, Kind::Undo, &id).await
}

/// Gives out the rows that an import, or the trial of one, refused: a CSV of line, column, reason and original, for a week.
#[utoipa::path(get, path = "/v1/imports/rejects/{job}", tag = "imports", params(("job" = String, Path, description = "The job of the import.")),
    responses((status = OK, description = "The rejected rows.", body = String, content_type = "text/csv")))]
async fn read_rejects(State(app): State<App>, Path(job): Path<String>) -> Result<Response, Problem> {
    let known =
        crate::jobs::find(app.db.read(), &job).await?.filter(|job| job.kind == Kind::Import).ok_or_else(|| Problem::new(Code::NotFound))?;
    let file = tokio::fs::File::open(upload::rejects(&app, &known.id)?).await.map_err(|_| Problem::new(Code::NotFound))?;
    let disposition = format!("attachment; filename=\"rejects-{}.csv\"", segment(&known.id));
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, axum::body::Body::from_stream(tokio_util::io::ReaderStream::new(file))).into_response())
}

fn kind(name: &str) -> Result<ImportKind, String> {
    ImportKind::parse(name).ok_or_else(|| format!("one of {}", ImportKind::ALL.map(|(_, name)| name).join(", ")))
}

async fn found(app: &App, id: &str) -> Result<super::Begun, Problem> {
    match show(app, id).await {
        Ok(found) => Ok(found),
        Err(AppError::Refused(_)) => Err(Problem::new(Code::NotFound)),
        Err(error) => Err(error.into()),
    }
}
