// Large type for a room, in this tab alone: what is typed and pressed is done in another. Run before anything is painted.
document.documentElement.classList.toggle("projector", sessionStorage.getItem("projector") !== null);
