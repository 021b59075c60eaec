//! Files over HTTP: the body is the file.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::folder::{Folder, FolderError, Received};
use super::view::{About, ContentView, FileView};
use super::{FILES_MAX, File, NAME_MAX, find, store};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::body::{Params, segment};
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, Site};
use crate::{members, verification};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_files, upload_file)).routes(routes!(read_file, remove_file))
}

/// What a name keeps in a header (RFC 8187, attr-char).
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Lists the files of a member, in the order of their arrival.
#[utoipa::path(get, path = "/v1/members/{member}/files", tag = "files", params(("member" = String, Path, description = "The member's id."), Paging),
    responses((status = OK, description = "A page of files.", body = Page<FileView>)))]
async fn list_files(
    State(app): State<App>,
    Path(member): Path<String>,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<FileView>>, Problem> {
    let (read, limit) = (app.db.read(), paging.limit()?);
    if members::find(read, std::iter::once(member.as_str())).await?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    let after: Option<String> = paging.place()?;
    let found = store::of_member(read, &member, after.as_deref(), limit + 1).await?;
    let total = if paging.total == Some(true) { Some(store::count(read, &member).await?) } else { None };
    Ok(Json(Page::of(found.iter().map(FileView::from).collect(), limit, total, |file: &FileView| file.id.clone())))
}

/// Takes a file of a member in: the body is the file itself, at most 16 MiB. PDF, JPEG, PNG, WebP and TIFF are taken, as recognised by the content,
/// whatever the name and the `Content-Type` say; a name that ends otherwise gets the end of its content.
#[utoipa::path(post, path = "/v1/members/{member}/files", tag = "files", params(("member" = String, Path, description = "The member's id."), About),
    request_body(content = ContentView, content_type = "application/octet-stream", description = "The file."),
    responses((status = CREATED, description = "The file.", body = FileView, headers(("Location" = String, description = "Where it is.")))))]
async fn upload_file(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path(member): Path<String>,
    Params(About { name }): Params<About>,
    request: Request,
) -> Result<Response, Problem> {
    let folder = folder(&app)?;
    let bad = |c: char| c.is_control() || "/\\\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}".contains(c);
    if name.trim().is_empty() || name.chars().count() > NAME_MAX || name.chars().any(bad) {
        let why = format!("1 to {NAME_MAX} characters, without slashes, control characters and those that turn the direction of writing");
        return Err(Problem::parameter("name", why));
    }
    let read = app.db.read();
    if members::find(read, std::iter::once(member.as_str())).await?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    if store::count(read, &member).await? >= FILES_MAX {
        return Err(Problem::new(Code::Refused).saying(format!("a member has at most {FILES_MAX} files")));
    }
    let received = folder.receive(request.into_body().into_data_stream()).await?;
    let file = File {
        id: ids.id("file"),
        member,
        name: received.kind.name(&name, NAME_MAX),
        kind: received.kind,
        bytes: i64::try_from(received.bytes).unwrap_or(i64::MAX),
        sha256: received.sha256.clone(),
        uploaded_by: by.actor.clone(),
        uploaded_at: app.now(),
        removed_at: None,
    };
    let view = FileView::from(&kept(&app, folder, received, file, &by).await?);
    let place = format!("/v1/members/{}/files/{}", segment(&view.member), segment(&view.id));
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(view)).into_response())
}

/// Keeps a content and its row: both or neither.
async fn kept(app: &App, folder: &Folder, received: Received, file: File, by: &By) -> Result<File, Problem> {
    let (now, file) = (file.uploaded_at, &file);
    let _held = folder.held().await;
    folder.keep(received).await?;
    let written = app.db.write(|tx| async move {
        // An earlier attempt of this very request made it and did not get to say so.
        if let Some(made) = store::by_id(&tx, &file.id).await? {
            return Ok(made);
        }
        store::add(&tx, file).await?;
        audit::append(&tx, vec![(by.clone(), told("upload_file", None, Some(file)))], now).await?;
        Ok::<_, Failed>(file.clone())
    });
    match written.await {
        Ok(file) => Ok(file),
        Err(failed) => {
            if !store::in_use(app.db.read(), &file.sha256).await? {
                folder.discard(&file.sha256).await?;
            }
            Err(failed.into())
        }
    }
}

/// Gives a file out, to be saved.
#[utoipa::path(get, path = "/v1/members/{member}/files/{file}", tag = "files",
    params(("member" = String, Path, description = "The member's id."), ("file" = String, Path, description = "The file's id.")),
    responses((status = OK, description = "The file.", content((ContentView = "application/pdf"), (ContentView = "image/png"), (ContentView = "image/jpeg"), (ContentView = "image/webp"), (ContentView = "image/tiff")), headers(("ETag" = String, description = "Its SHA-256."),
        ("Content-Disposition" = String, description = "`attachment` with its name.")))))]
async fn read_file(State(app): State<App>, Path((member, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let file = find(app.db.read(), &member, &id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let content = folder(&app)?.open(&file.sha256).await?;
    let mut response = Response::new(Body::from_stream(content));
    // Whoever saves it gets what it is, also where the row is from before names were put right.
    let name = file.kind.name(&file.name, NAME_MAX);
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || " -._()".contains(c) { c } else { '_' }).collect();
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(&name, NAME));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind.media_type()));
    headers.insert(header::CONTENT_LENGTH, file.bytes.into());
    // Even opened in place of being saved, it runs nothing and reaches nothing of ours.
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"),
    );
    for (name, text) in [(header::CONTENT_DISPOSITION, disposition), (header::ETAG, format!("\"{}\"", file.sha256))] {
        headers.extend(HeaderValue::from_str(&text).map(|value| (name, value)));
    }
    Ok(response)
}

/// Removes a file. Its row stays, its content goes. What is evidence of a verification stays.
#[utoipa::path(delete, path = "/v1/members/{member}/files/{file}", tag = "files",
    params(("member" = String, Path, description = "The member's id."), ("file" = String, Path, description = "The file's id.")),
    responses((status = OK, description = "The file as it was.", body = FileView), (status = CONFLICT, description = "A problem: `refused`.")))]
async fn remove_file(State(app): State<App>, by: By, Path((member, id)): Path<(String, String)>) -> Result<Json<FileView>, Problem> {
    let folder = folder(&app)?;
    let (now, member, id, by) = (app.now(), &member, &id, &by);
    let _held = folder.held().await;
    let gone = app.db.write(|tx| async move {
        let file = find(&tx, member, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        if verification::names_file(&tx, id).await? {
            return Err(Problem::new(Code::Refused).saying("it is evidence of a verification").into());
        }
        store::set_removed(&tx, id, now).await?;
        audit::append(&tx, vec![(by.clone(), told("remove_file", Some(&file), None))], now).await?;
        Ok::<_, Failed>(file)
    });
    let file = gone.await?;
    if !store::in_use(app.db.read(), &file.sha256).await? {
        folder.discard(&file.sha256).await?;
    }
    Ok(Json(FileView::from(&file)))
}

fn folder(app: &App) -> Result<&Folder, Problem> {
    app.files.as_ref().ok_or_else(|| Problem::new(Code::Refused).saying("no folder for files: start Hansa with --files"))
}

impl From<FolderError> for Problem {
    fn from(error: FolderError) -> Problem {
        let code = match &error {
            FolderError::TooLarge => Code::TooLarge,
            FolderError::Kind => Code::UnsupportedMediaType,
            FolderError::Empty | FolderError::Cut => Code::InvalidBody,
            FolderError::Missing => Code::Damaged,
            FolderError::Disk { .. } | FolderError::Store { .. } => {
                tracing::error!(%error, "files could not be kept or read");
                return Problem::new(Code::Internal);
            }
        };
        Problem::new(code).saying(error.to_string())
    }
}

pub(super) fn told(action: &'static str, before: Option<&File>, after: Option<&File>) -> Entry {
    let text = |file: &File| serde_json::json!(FileView::from(file)).to_string();
    let one = after.or(before);
    Entry {
        action,
        member: one.map(|file| file.member.clone()),
        subject: format!("file:{}", one.map_or("", |file| file.id.as_str())),
        before: before.map(text),
        after: after.map(text),
        why: None,
    }
}
