import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

AbstractButton {
    id: tile
    required property var model
    readonly property string meaning: model.stock_state === "out" ? "problem" : model.stock_state === "low" ? "attention" : ""

    Accessible.name: model.title + " " + price.text
    Keys.onReturnPressed: click()
    background: Card {
        border.color: tile.hovered ? Theme.edge : Theme.line
        color: tile.down ? Theme.sunken : Theme.surface
        FocusRing { around: tile }
    }
    contentItem: ColumnLayout {
        spacing: 0
        Rectangle {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.margins: 8
            Layout.bottomMargin: 0
            color: Theme.sunken
            radius: Theme.radius - 2
            Icon { anchors.centerIn: parent; name: tile.model.glyph || "package-variant-closed"; opacity: 0.75; size: 36; visible: picture.status !== Image.Ready }
            Image {
                id: picture
                anchors.fill: parent
                asynchronous: true
                fillMode: Image.PreserveAspectCrop
                source: tile.model.picture || ""
                sourceSize { height: 240; width: 240 }
            }
            Rectangle {
                anchors { right: parent.right; top: parent.top; margins: 6 }
                color: Theme.surface
                height: several.implicitHeight + 6
                radius: height / 2
                visible: tile.model.variants > 1
                width: several.implicitWidth + 14
                AppText { id: several; anchors.centerIn: parent; font.pixelSize: Theme.small; muted: true; strong: true; text: qsTr("%n kind(s)", "", tile.model.variants) }
            }
        }
        AppText {
            Layout.fillWidth: true
            Layout.leftMargin: 12
            Layout.rightMargin: 12
            Layout.topMargin: 8
            Layout.preferredHeight: 2 * Math.ceil(Theme.body * 1.37)
            elide: Text.ElideRight
            lineHeight: 0.95
            maximumLineCount: 2
            strong: true
            text: tile.model.title
            verticalAlignment: Text.AlignTop
            wrapMode: Text.Wrap
        }
        Item {
            Layout.fillWidth: true
            Layout.leftMargin: 12
            Layout.rightMargin: 12
            Layout.topMargin: 4
            implicitHeight: price.implicitHeight
            AppText {
                id: price
                anchors { left: parent.left; right: parent.right }
                font.weight: Font.Bold
                horizontalAlignment: Text.AlignRight
                text: {
                    fmt.locale
                    const amount = fmt.money(tile.model.price, tile.model.currency)
                    const whole = tile.model.weighed ? qsTr("%1 / %2").arg(amount).arg(tile.model.unit) : amount
                    return tile.model.price_from ? qsTr("from %1").arg(whole) : whole
                }
            }
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.margins: 12
            Layout.topMargin: 4
            spacing: 4
            Icon { color: Theme.meaning(tile.meaning); name: Theme.meaningIcon(tile.meaning); size: 14; visible: tile.meaning }
            AppText {
                Layout.fillWidth: true
                color: Theme.meaning(tile.meaning)
                font.pixelSize: Theme.small
                text: {
                    fmt.locale
                    if (tile.model.stock === "" || tile.model.stock === null)
                        return qsTr("Not counted")
                    if (tile.model.stock_state === "out")
                        return qsTr("Sold out")
                    return qsTr("%1 left").arg(fmt.quantity(tile.model.stock) + (tile.model.weighed ? " " + tile.model.unit : ""))
                }
            }
            AppText { font.pixelSize: Theme.small; muted: true; text: (fmt.locale, fmt.beat, fmt.ago(tile.model.stock_at || "")) }
        }
    }
}
